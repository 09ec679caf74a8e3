import TestSupport
import Testing
import Trading

@Suite("Stock of a SKU at a location")
struct StockLevelTests {
    private static let most = StockLevel.maxUnits

    @Test(
        "a movement changes the counters of its kind, and no others",
        arguments: [
            (.received, 5, 15, 4), (.reserved, 6, 10, 10), (.released, -4, 10, 0), (.shipped, -4, 6, 0),
            (.returned, 1, 11, 4), (.adjusted, 2, 12, 4), (.adjusted, -6, 4, 4), (.writtenOff, -6, 4, 4),
            (.received, most - 10, most, 4),
        ] as [(MovementKind, Int64, Int64, Int64)]
    )
    func moves(_ kind: MovementKind, _ quantity: Int64, _ onHand: Int64, _ reserved: Int64) throws {
        var level = StockLevel(onHand: 10, reserved: 4)
        try level.apply(kind, quantity)
        #expect(level == StockLevel(onHand: onHand, reserved: reserved))
        #expect(level.available == onHand - reserved)
    }

    @Test(
        "a refused movement leaves the level as it was, and the earlier reason is told: direction, overflow, too little",
        arguments: [
            (.received, 0, .wrongDirection), (.received, -1, .wrongDirection), (.reserved, -1, .wrongDirection),
            (.reserved, 0, .wrongDirection), (.released, 1, .wrongDirection), (.shipped, 1, .wrongDirection),
            (.returned, -1, .wrongDirection), (.adjusted, 0, .wrongDirection), (.writtenOff, 1, .wrongDirection),
            // Both the direction and the size are wrong.
            (.received, -most - 1, .wrongDirection), (.shipped, .max, .wrongDirection),
            (.received, .min, .wrongDirection),
            (.received, most + 1, .overflow), (.received, .max, .overflow), (.received, most - 9, .overflow),
            (.adjusted, most, .overflow), (.returned, most + 1, .overflow),
            // Beyond the bound, and beyond the units that exist.
            (.adjusted, .min, .overflow), (.writtenOff, -most - 1, .overflow), (.reserved, most + 1, .overflow),
            (.reserved, 7, .insufficient(available: 6)), (.released, -5, .insufficient(available: 6)),
            (.shipped, -5, .insufficient(available: 6)), (.shipped, -11, .insufficient(available: 6)),
            (.adjusted, -7, .insufficient(available: 6)), (.writtenOff, -7, .insufficient(available: 6)),
            (.writtenOff, -most, .insufficient(available: 6)),
        ] as [(MovementKind, Int64, StockRefusal)]
    )
    func refusals(_ kind: MovementKind, _ quantity: Int64, _ refusal: StockRefusal) {
        var level = StockLevel(onHand: 10, reserved: 4)
        #expect(throws: refusal) { try level.apply(kind, quantity) }
        #expect(level == StockLevel(onHand: 10, reserved: 4))
    }

    @Test("goods that come back, and orders, are never refused because a shelf is full")
    func fullShelf() throws {
        var level = StockLevel(onHand: Self.most, reserved: 0)
        try level.apply(.returned, 3)
        #expect(level.onHand == Self.most + 3)
        try level.apply(.reserved, 2)
        try level.apply(.released, -1)
        try level.apply(.shipped, -1)
        #expect(level == StockLevel(onHand: Self.most + 2, reserved: 0))
        #expect(throws: StockRefusal.overflow) { try level.apply(.received, 1) }
        try level.apply(.adjusted, -1)
        #expect(level.onHand == Self.most + 1)
    }

    @Test("every kind has its own name and moves something")
    func kinds() {
        #expect(Set(MovementKind.allCases.map(\.name)).count == MovementKind.allCases.count)
        #expect(MovementKind.allCases.allSatisfy { $0.movesOnHand || $0.movesReserved })
        #expect(MovementKind.allCases.filter { $0.movesOnHand && $0.movesReserved } == [.shipped])
        #expect(MovementKind.allCases.allSatisfy { !$0.allows(0) })
    }

    @Test(
        "random movements keep 0 ≤ reserved ≤ on hand, and the counters are the sums of what was accepted",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var level = StockLevel()
        var onHand: Int64 = 0
        var reserved: Int64 = 0
        var accepted = 0
        for _ in 0..<3000 {
            let kind = MovementKind.allCases.randomElement(using: &generator) ?? .adjusted
            let quantity = Int64.random(in: -40...40, using: &generator)
            let before = level
            do {
                try level.apply(kind, quantity)
                accepted += 1
                if kind.movesOnHand { onHand += quantity }
                if kind.movesReserved { reserved += quantity }
            } catch {
                #expect(level == before, "seed \(seed)")
            }
            #expect(level.reserved >= 0 && level.reserved <= level.onHand, "seed \(seed)")
            #expect(level == StockLevel(onHand: onHand, reserved: reserved), "seed \(seed)")
        }
        #expect(accepted > 500, "seed \(seed): a walk that goes nowhere shows nothing")
    }
}
