import Testing
import Trading

@Suite("Shipping and taking back lines of an order")
struct OrderLineTests {
    /// Named lines and the expected refusals: each also violates later rules where it can.
    static let refusals: [([(Int64, Int64)], OrderRefusal)] = [
        ([], .noLines),
        ([(0, 0)], .unknownLine(index: 0, line: 0)),
        ([(4, 99)], .unknownLine(index: 0, line: 4)),
        ([(-1, 1)], .unknownLine(index: 0, line: -1)),
        ([(1, 1), (4, 1)], .unknownLine(index: 1, line: 4)),
        ([(1, 1), (1, 99)], .repeatedLine(index: 1, line: 1)),
        ([(.max, 1)], .unknownLine(index: 0, line: .max)),
        ([(1, 0)], .tooMany(index: 0, line: 1, left: 3)),
        ([(1, -1)], .tooMany(index: 0, line: 1, left: 3)),
        ([(1, 4)], .tooMany(index: 0, line: 1, left: 3)),
        ([(3, 2), (1, .max)], .tooMany(index: 1, line: 1, left: 3)),
    ]

    @Test("lines that cannot ship are refused by the first rule that they break", arguments: refusals.indices)
    func fulfilRefusals(_ index: Int) throws {
        let (named, refusal) = Self.refusals[index]
        let before = try OrderExamples.order(in: .confirmed)
        var order = before
        let wanted = named.map { LineQuantity(line: $0.0, quantity: $0.1) }
        #expect(throws: refusal) { try order.fulfil(wanted, at: OrderExamples.start) }
        #expect(order == before)
    }

    @Test("lines that cannot come back are refused by the first rule that they break", arguments: refusals.indices)
    func takeBackRefusals(_ index: Int) throws {
        let (named, refusal) = Self.refusals[index]
        let before = try OrderExamples.order(in: .fulfilled)
        var order = before
        #expect(throws: refusal) { try Self.takeBack(named, from: &order) }
        #expect(order == before)
    }

    @Test("the state is told before what is wrong with the lines")
    func stateFirst() throws {
        var order = OrderExamples.placed()
        #expect(throws: OrderRefusal.wrongState(.pendingPayment)) { try order.fulfil([], at: OrderExamples.start) }
        #expect(throws: OrderRefusal.wrongState(.pendingPayment)) { try Self.takeBack([], from: &order) }
    }

    @Test("units that have not shipped, or are back already, cannot come back")
    func onlyShipped() throws {
        var order = try OrderExamples.order(in: .partlyFulfilled)
        #expect(throws: OrderRefusal.tooMany(index: 0, line: 1, left: 1)) { try Self.takeBack([(1, 2)], from: &order) }
        #expect(throws: OrderRefusal.tooMany(index: 0, line: 3, left: 0)) { try Self.takeBack([(3, 1)], from: &order) }
        _ = try Self.takeBack([(1, 1)], from: &order)
        #expect(throws: OrderRefusal.tooMany(index: 0, line: 1, left: 0)) { try Self.takeBack([(1, 1)], from: &order) }
    }

    @Test("goods leave in the order of the allocations, over several shipments, and the order ends fulfilled")
    func partialShipments() throws {
        var order = try OrderExamples.order(in: .confirmed)
        let now = OrderExamples.start
        let first = try order.fulfil([LineQuantity(line: 1, quantity: 1)], at: now)
        #expect(first.shipped == ["MUG a 1"])
        #expect(order.state == .partlyFulfilled)
        let second = try order.fulfil(
            [LineQuantity(line: 3, quantity: 1), LineQuantity(line: 1, quantity: 2)],
            at: now
        )
        #expect(second.shipped == ["CUP b 1", "MUG a 1", "MUG b 1"])
        #expect(order.lines[0].unshipped.isEmpty)
        let rest = try order.fulfil(nil, at: now)
        #expect(rest.shipped == ["CUP b 1"])
        #expect(order.state == .fulfilled)
        #expect(order.lines.map(\.fulfilled) == order.lines.map(\.quantity))
    }

    @Test("what comes back is credited at its price; a write-off is a return and a loss")
    func credits() throws {
        var order = try OrderExamples.order(in: .fulfilled)
        let items = [
            ReturnRequestLine(line: 1, quantity: 2, disposition: .restock),
            ReturnRequestLine(line: 2, quantity: 1, disposition: .restock),
            ReturnRequestLine(line: 3, quantity: 1, disposition: .writeOff),
        ]
        let taken = try order.takeBack(
            items,
            id: ID(high: 1, low: 1),
            credit: ID(high: 2, low: 2),
            reason: "broken",
            at: OrderExamples.start
        )
        #expect(taken.return.lines.map(\.amount.amount) == [1000, 295, 300])
        #expect(taken.return.credit == Money(1595, .gbp))
        #expect(taken.return.creditID == ID(high: 2, low: 2))
        #expect(taken.movements.map(\.kind) == [.returned, .returned, .writtenOff])
        #expect(taken.movements.map(\.quantity) == [2, 1, -1])
        #expect(order.lines.map(\.returned) == [2, 1, 1])
        #expect(order.state == .fulfilled)
    }

    @discardableResult
    private static func takeBack(
        _ named: [(Int64, Int64)],
        from order: inout Order
    ) throws(OrderRefusal) -> [OrderMovement] {
        try order.takeBack(
            named.map { ReturnRequestLine(line: $0.0, quantity: $0.1, disposition: .restock) },
            id: ID(high: 1, low: 1),
            credit: ID(high: 2, low: 2),
            reason: "broken",
            at: OrderExamples.start
        ).movements
    }
}

extension [OrderMovement] {
    /// Each line as "SKU location units" where it ships.
    fileprivate var shipped: [String] {
        filter { $0.kind == .shipped }.map { "\($0.sku) \($0.location) \(-$0.quantity)" }
    }
}
