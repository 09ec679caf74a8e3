import Testing

@testable import Trading

@Suite("Calling off units of an order")
struct OrderCancellationTests {
    private let now = OrderExamples.start.adding(seconds: 60)

    private func cancel(
        _ order: inout Order,
        _ units: [UnitsToCancel],
        sparing packed: PackedUnits = .none
    ) throws(OrderRefusal) -> Cancellation {
        try order.cancel(units, sparing: packed, reason: "wish", at: now)
    }

    @Test("what was agreed stays, what is to be paid shrinks, and the last allocations are freed first")
    func units() throws {
        var order = try OrderExamples.order(in: .confirmed)
        let agreed = order
        let done = try cancel(&order, [UnitsToCancel(.line(1), 2), UnitsToCancel(.line(2), 1)])
        #expect(order.total == agreed.total)
        #expect(order.lines.map(\.quantity) == agreed.lines.map(\.quantity))
        #expect(order.payable == Money(2395 - 1295, .gbp))
        #expect(done.worth == Money(1295, .gbp))
        #expect(done.units == [LineQuantity(line: 1, quantity: 2), LineQuantity(line: 2, quantity: 1)])
        let freed = done.movements.map { "\($0.sku) \($0.location) \($0.kind.name) \($0.quantity)" }
        #expect(freed == ["MUG b released -1", "MUG a released -1"])
        #expect(order.lines[0].unshipped == [Allocation(location: "a", quantity: 1)])
        #expect(order.state == .confirmed)
        #expect(order.history.last?.cancelled == done.units)
    }

    @Test("the rest of an order of which a part shipped is called off, and it can be closed")
    func rest() throws {
        var order = try OrderExamples.order(in: .partlyFulfilled)
        let done = try order.cancel(reason: nil, at: now)
        #expect(order.state == .fulfilled)
        #expect(order.payable == Money(500, .gbp))
        #expect(done.movements.reduce(0) { $0 + $1.quantity } == -4)
        #expect(order.history.suffix(2).map(\.state) == [.partlyFulfilled, .fulfilled])
        try order.complete(at: now)
        #expect(order.state == .completed)
    }

    @Test("calling off every unit of an order of which nothing shipped cancels it")
    func all() throws {
        for state in [OrderState.pendingPayment, .confirmed] {
            var order = try OrderExamples.order(in: state)
            _ = try cancel(&order, [UnitsToCancel(.line(1), 1)])
            let rest = [
                UnitsToCancel(.sku(SKU(stored: "MUG")), 2), UnitsToCancel(.line(2), 1), UnitsToCancel(.line(3), 2),
            ]
            let done = try cancel(&order, rest)
            #expect(order.state == .cancelled)
            #expect(done.units.isEmpty)
            #expect(done.worth == Money(1895, .gbp))
            #expect(done.movements.reduce(0) { $0 + $1.quantity } == -4, "the first unit was freed before")
        }
    }

    @Test("units of a SKU on several lines are those of the last line first")
    func bySKU() throws {
        var order = OrderExamples.placed()
        order.lines[2].sku = SKU(stored: "MUG")
        let done = try cancel(&order, [UnitsToCancel(.sku(SKU(stored: "MUG")), 3)])
        #expect(done.units == [LineQuantity(line: 1, quantity: 1), LineQuantity(line: 3, quantity: 2)])
    }

    @Test("units that shipped out of turn are told apart from those that were called off")
    func outOfTurn() throws {
        var order = try OrderExamples.order(in: .confirmed)
        _ = try order.fulfil([LineQuantity(line: 1, quantity: 1)], from: "b", at: now)
        _ = try cancel(&order, [UnitsToCancel(.line(1), 1)])
        #expect(order.lines[0].released == [Allocation(location: "a", quantity: 1)])
        #expect(order.lines[0].unshipped == [Allocation(location: "a", quantity: 1)])
        let shipped = try order.fulfil([LineQuantity(line: 1, quantity: 1)], at: now)
        #expect(shipped.map(\.location) == ["a"])
    }

    @Test("calling units off is refused in the order of precedence, and then nothing changed")
    func refusals() throws {
        let cases: [(OrderState, [UnitsToCancel], OrderRefusal)] = [
            (.fulfilled, [], .wrongState(.fulfilled)),
            (.cancelled, [UnitsToCancel(.line(1), 1)], .wrongState(.cancelled)),
            (.confirmed, [], .noLines),
            (.confirmed, [UnitsToCancel(.line(4), 1)], .unknownLine(index: 0, line: 4)),
            (.confirmed, [UnitsToCancel(.line(0), 1)], .unknownLine(index: 0, line: 0)),
            (
                .confirmed, [UnitsToCancel(.line(1), 1), UnitsToCancel(.sku(SKU(stored: "NONE")), 1)],
                .notOrdered(index: 1, sku: SKU(stored: "NONE"))
            ),
            (
                .confirmed, [UnitsToCancel(.line(1), 1), UnitsToCancel(.line(1), 1)],
                .repeatedLine(index: 1, line: 1)
            ),
            (.confirmed, [UnitsToCancel(.line(1), 4)], .tooMany(index: 0, line: 1, left: 3)),
            (.confirmed, [UnitsToCancel(.line(1), 0)], .tooMany(index: 0, line: 1, left: 3)),
            (.partlyFulfilled, [UnitsToCancel(.line(1), 3)], .tooMany(index: 0, line: 1, left: 2)),
            (
                .confirmed, [UnitsToCancel(.line(1), 2), UnitsToCancel(.sku(SKU(stored: "MUG")), 2)],
                .tooMany(index: 1, line: 1, left: 1)
            ),
        ]
        for (state, units, refusal) in cases {
            var order = try OrderExamples.order(in: state)
            let before = order
            #expect(throws: refusal) { try cancel(&order, units) }
            #expect(order == before)
        }
    }

    @Test("a reservation is never shortened")
    func extend() throws {
        var order = OrderExamples.placed()
        let before = order
        #expect(try order.extend(until: OrderExamples.start.adding(seconds: 899), at: now) == false)
        #expect(try order.extend(until: OrderExamples.start.adding(seconds: 900), at: now) == false)
        #expect(order == before)
        #expect(try order.extend(until: OrderExamples.start.adding(seconds: 901), at: now))
        #expect(order.reservedUntil == OrderExamples.start.adding(seconds: 901))
    }

    @Test("units come back to where each left from, or where the desk says")
    func places() throws {
        var order = try OrderExamples.order(in: .fulfilled)
        func back(_ quantity: Int64, to location: String? = nil) throws -> [String] {
            let line = ReturnRequestLine(line: 1, quantity: quantity, disposition: .writeOff, location: location)
            let (taken, movements) = try order.takeBack(
                [line],
                id: ID(high: 7, low: 7),
                credit: ID(high: 8, low: 8),
                reason: "broken",
                at: now
            )
            #expect(taken.lines[0].places.reduce(0) { $0 + $1.quantity } == quantity)
            return movements.map { "\($0.location) \($0.kind.name) \($0.quantity)" }
        }
        #expect(try back(1, to: "c") == ["c returned 1", "c writtenOff -1"])
        #expect(try back(2) == ["a returned 1", "b returned 1", "a writtenOff -1", "b writtenOff -1"])
    }
}
