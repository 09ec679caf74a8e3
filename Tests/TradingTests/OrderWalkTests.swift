import TestSupport
import Testing
import Trading

@Suite("An order through any sequence of changes")
struct OrderWalkTests {
    @Test(
        "history only grows, stock agrees, and the order as placed can always be told",
        arguments: 1...60 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let placed = OrderExamples.placed()
        var order = placed
        var now = OrderExamples.start
        var stock: [String: StockLevel] = [:]
        for key in ["MUG a", "MUG b", "CUP b"] { stock[key] = StockLevel(onHand: 10) }
        try apply(placed.reservingMovements, to: &stock)
        for _ in 0..<40 {
            let before = order
            now = now.adding(seconds: Int64.random(in: 1...200, using: &generator))
            do {
                let movements = try change(&order, at: now, using: &generator)
                try apply(movements, to: &stock)
                #expect(order.version > before.version || order == before, "seed \(seed)")
            } catch let refusal as OrderRefusal {
                #expect(order == before, "seed \(seed): \(refusal)")
            }
            #expect(order.history.starts(with: before.history), "seed \(seed)")
            #expect(order.history.map(\.at) == order.history.map(\.at).sorted(), "seed \(seed)")
            #expect(order.asPlaced == placed, "seed \(seed)")
            #expect(order.lines.allSatisfy { 0 <= $0.returned && $0.returned <= $0.fulfilled }, "seed \(seed)")
            #expect(order.lines.allSatisfy { $0.outstanding >= 0 && $0.cancelled >= 0 }, "seed \(seed)")
            #expect(order.payable.amount >= 0 && order.worthKept >= 0, "seed \(seed)")
            let progress = before.progress
            #expect(order.at(progress) == before, "seed \(seed)")
            let reserved = stock.values.map(\.reserved).reduce(0, +)
            let unshipped = order.lines.flatMap(\.unshipped).map(\.quantity).reduce(0, +)
            #expect(reserved == (order.state.holdsStock ? unshipped : 0), "seed \(seed)")
            #expect((order.reservedUntil != nil) == (order.state == .pendingPayment), "seed \(seed)")
        }
    }

    private func change(
        _ order: inout Order,
        at now: Timestamp,
        using generator: inout SeededGenerator
    ) throws -> [OrderMovement] {
        let action = OrderAction.allCases.randomElement(using: &generator) ?? .pay
        let line = Int64.random(in: 1...3, using: &generator)
        let quantity = Int64.random(in: 1...2, using: &generator)
        switch action {
        case .fulfil where Bool.random(using: &generator):
            return try order.fulfil([LineQuantity(line: line, quantity: quantity)], at: now)
        case .cancelUnit:
            let units = [UnitsToCancel(.line(line), quantity)]
            return try order.cancel(units, sparing: .none, reason: nil, at: now).movements
        case .takeBack:
            let disposition = Disposition.allCases.randomElement(using: &generator) ?? .restock
            return try order.takeBack(
                [ReturnRequestLine(line: line, quantity: quantity, disposition: disposition)],
                id: ID(high: 1, low: 1),
                credit: ID(high: 2, low: 2),
                reason: "r",
                at: now
            ).movements
        default: return try action.act(on: &order, at: now)
        }
    }

    private func apply(_ movements: [OrderMovement], to stock: inout [String: StockLevel]) throws {
        for movement in movements {
            let key = "\(movement.sku) \(movement.location)"
            try #require(stock[key] != nil)
            try stock[key]?.apply(movement.kind, movement.quantity)
        }
    }
}
