import TestSupport
import Testing
import Trading

@Suite("A total spread over lines")
struct MoneyAllocationTests {
    @Test(
        "the largest remainder gets the unit left over, the earlier line among equals, and nothing is lost",
        arguments: [
            (100, [1, 1, 1], [34, 33, 33]), (-100, [1, 1, 1], [-34, -33, -33]), (101, [1, 1, 1], [34, 34, 33]),
            (1, [1, 1], [1, 0]), (-1, [1, 1], [-1, 0]), (1, [1, 2], [0, 1]), (5, [3, 7], [2, 3]),
            (10, [5, 0, 5], [5, 0, 5]),
            (1, [0, 0, 9], [0, 0, 1]), (2, [0, 1, 1, 1, 0], [0, 1, 1, 0, 0]), (7, [7], [7]),
            (0, [1, 2, 3], [0, 0, 0]), (0, [0, 0], [0, 0]),
            (0, [], []), (10, [33, 33, 34], [3, 3, 4]), (1_000, [1, 10, 100], [9, 90, 901]),
            (.max, [1, 1], [1 << 62, (1 << 62) - 1]),
            (.min, [1], [.min]), (.min, [.max, .max], [-1 << 62, -1 << 62]), (.max, [.max, 0], [.max, 0]),
            (3, [.max, .max, .max], [1, 1, 1]), (.min, [.max, 1], [.min + 1, -1]),
        ] as [(Int64, [Int64], [Int64])]
    )
    func table(_ total: Int64, _ weights: [Int64], _ parts: [Int64]) throws {
        #expect(try Money(total, .gbp).allocated(over: weights) == parts.map { Money($0, .gbp) })
    }

    @Test(
        "something cannot be spread over nothing, and no weight is negative",
        arguments: [(1, []), (1, [0]), (-5, [0, 0]), (1, [2, -1]), (0, [-1]), (1, [-1, -1])] as [(Int64, [Int64])]
    )
    func refused(_ total: Int64, _ weights: [Int64]) {
        #expect(throws: MoneyRefusal.noWeights) { try Money(total, .gbp).allocated(over: weights) }
    }

    @Test(
        "random totals sum exactly, mirror, and are within a unit of their share",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func properties(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let total =
                Int64.random(in: -.max ... .max, using: &generator) >> Int64.random(in: 0..<63, using: &generator)
            let width = Int64.random(in: 0..<63, using: &generator)
            var weights = (0..<Int.random(in: 1..<12, using: &generator)).map { _ in
                Bool.random(using: &generator) ? Int64.random(in: 0 ... .max, using: &generator) >> width : 0
            }
            weights.append(1)
            let money = Money(total, .gbp)
            let parts = try money.allocated(over: weights)
            #expect(try Money.sum(parts, in: .gbp) == money, "seed \(seed)")
            #expect(
                try money.negated().allocated(over: weights) == parts.map { Money(-$0.amount, .gbp) },
                "seed \(seed)"
            )
            let whole = weights.reduce(0) { $0 + Int128($1) }
            for (part, weight) in zip(parts, weights) {
                // |part * whole - total * weight| < whole: less than one unit from the exact share.
                let error = wide(part.amount, whole) - wide(total, Int128(weight))
                #expect(error.magnitude < whole.magnitude, "seed \(seed)")
                #expect(weight > 0 || part.isZero, "seed \(seed)")
            }
        }
    }

    /// A product that fits into 128 bits for the test's ranges.
    private func wide(_ amount: Int64, _ factor: Int128) -> Int128 {
        Int128(amount) * factor
    }
}
