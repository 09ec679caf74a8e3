/// SplitMix64: the same numbers for the same seed everywhere.
///
/// Not for secrets.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator whose numbers follow from the seed and the purpose alone.
    init(seed: UInt64, purpose: String) {
        state = RequestKey(purpose, path: purpose, body: []).fingerprint ^ seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number in 0 ..< 1 with 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
