/// SplitMix64 (Steele, Lea and Flood, 2014): resampling draws the same numbers for the same seed, so that a report can be repeated.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 up to but not including `bound`, for a bound below 2³².
    ///
    /// The high half of a product instead of a remainder; its bias is below bound / 2³² and not seen by a percentile.
    mutating func index(below bound: Int) -> Int {
        Int((next() >> 32 &* UInt64(bound)) >> 32)
    }
}
