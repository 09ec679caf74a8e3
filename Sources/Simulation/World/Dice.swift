import SplitMix

/// The one source of chance of a run.
struct Dice: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) {
        source = SplitMix64(seed: seed)
    }

    mutating func next() -> UInt64 { source.next() }

    /// Whether something happens that happens so many times in a thousand.
    mutating func chance(_ permille: UInt64) -> Bool {
        next() % 1000 < permille
    }

    /// A number of a range.
    mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// One of several; there is at least one.
    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int(next() % UInt64(values.count))]
    }
}
