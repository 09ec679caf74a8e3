import Testing
import Trading

@Suite("Returns in stages")
struct ReturnStageTests {
    private static let now = OrderExamples.start

    private static func requested(_ order: Order, _ lines: [(Int64, Int64)] = [(1, 2), (3, 1)]) throws -> Return {
        try order.requestReturn(
            lines.map { LineQuantity(line: $0.0, quantity: $0.1) },
            held: [:],
            id: ID(high: 7, low: 7),
            reason: "too small",
            at: now
        )
    }

    private static func received(_ order: Order) throws -> Return {
        var taken = try requested(order)
        try taken.receive(at: now)
        return taken
    }

    @Test("asking changes nothing of the order, and says what would be credited")
    func request() throws {
        let order = try OrderExamples.order(in: .fulfilled)
        let taken = try Self.requested(order)
        #expect(taken.stage == .requested)
        #expect(taken.credit == Money(1300, .gbp))
        #expect(taken.creditID == nil)
        #expect(taken.lines.allSatisfy { $0.disposition == nil })
    }

    @Test("units that another return holds cannot be returned, neither in stages nor at once")
    func held() throws {
        var order = try OrderExamples.order(in: .fulfilled)
        let refusal = OrderRefusal.tooMany(index: 0, line: 1, left: 1)
        #expect(throws: refusal) {
            try order.requestReturn(
                [LineQuantity(line: 1, quantity: 2)],
                held: [1: 2],
                id: ID(high: 7, low: 8),
                reason: "r",
                at: Self.now
            )
        }
        #expect(throws: refusal) {
            try order.takeBack(
                [ReturnRequestLine(line: 1, quantity: 2, disposition: .restock)],
                held: [1: 2],
                id: ID(high: 7, low: 8),
                credit: ID(high: 7, low: 9),
                reason: "r",
                at: Self.now
            )
        }
    }

    @Test("a return goes forward through its stages, and each step is refused anywhere else")
    func stages() throws {
        var order = try OrderExamples.order(in: .completed)
        var taken = try Self.requested(order)
        #expect(throws: ReturnRefusal.wrongStage(.requested)) {
            try order.inspect(&taken, nil, credit: ID(high: 8, low: 8), at: Self.now)
        }
        try taken.receive(at: Self.now)
        #expect(throws: ReturnRefusal.wrongStage(.received)) { try taken.receive(at: Self.now) }
        _ = try order.inspect(&taken, nil, credit: ID(high: 8, low: 8), at: Self.now)
        #expect(taken.stage == .inspected)
        #expect(throws: ReturnRefusal.wrongStage(.inspected)) { try taken.cancel(at: Self.now) }
        #expect(taken.history.map(\.stage) == [.requested, .received, .inspected])
        for stage in [ReturnStage.requested, .received] {
            var other = stage == .requested ? try Self.requested(order, [(2, 1)]) : try Self.requested(order, [(2, 1)])
            if stage == .received { try other.receive(at: Self.now) }
            try other.cancel(at: Self.now)
            #expect(throws: ReturnRefusal.wrongStage(.cancelled)) { try other.receive(at: Self.now) }
        }
    }

    /// The accepted units of an inspection, and the expected refusals.
    static let refusals: [([(Int64, Int64, Disposition)], ReturnRefusal)] = [
        ([], .noLines),
        ([(2, 1, .restock)], .unknownLine(index: 0, line: 2)),
        ([(1, 1, .restock), (1, 9, .restock)], .repeatedLine(index: 1, line: 1)),
        ([(1, 0, .restock)], .tooMany(index: 0, line: 1, left: 2)),
        ([(1, 3, .restock)], .tooMany(index: 0, line: 1, left: 2)),
        ([(1, 1, .restock), (1, 2, .writeOff)], .tooMany(index: 1, line: 1, left: 1)),
    ]

    @Test(
        "an inspection is refused by the first rule that it breaks, and then nothing changed",
        arguments: refusals.indices
    )
    func refused(_ index: Int) throws {
        let (accepted, refusal) = Self.refusals[index]
        let before = try OrderExamples.order(in: .fulfilled)
        var order = before
        var taken = try Self.received(order)
        let unchanged = taken
        let items = accepted.map { ReturnRequestLine(line: $0.0, quantity: $0.1, disposition: $0.2) }
        #expect(throws: refusal) { try order.inspect(&taken, items, credit: ID(high: 8, low: 8), at: Self.now) }
        #expect(order == before)
        #expect(taken == unchanged)
    }

    @Test("what is accepted is put away, written off and credited; the rest stays the customer's")
    func inspection() throws {
        var order = try OrderExamples.order(in: .fulfilled)
        var taken = try Self.received(order)
        let items = [
            ReturnRequestLine(line: 1, quantity: 1, disposition: .restock),
            ReturnRequestLine(line: 1, quantity: 1, disposition: .writeOff),
        ]
        let movements = try order.inspect(&taken, items, credit: ID(high: 8, low: 8), at: Self.now)
        #expect(movements.map(\.kind) == [.returned, .returned, .writtenOff])
        #expect(taken.credit == Money(1000, .gbp))
        #expect(taken.creditID == ID(high: 8, low: 8))
        #expect(order.lines.map(\.returned) == [2, 0, 0])
        #expect(order.version == (try OrderExamples.order(in: .fulfilled)).version + 1)
    }
}
