import SplitMix

/// The only source of randomness of a run.
struct Dice: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) {
        source = SplitMix64(seed: seed)
    }

    mutating func next() -> UInt64 { source.next() }

    /// True with a probability of `permille` in a thousand.
    mutating func chance(_ permille: UInt64) -> Bool {
        next() % 1000 < permille
    }

    /// A random number of a range.
    mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// A random element; there must be at least one.
    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int(next() % UInt64(values.count))]
    }
}
