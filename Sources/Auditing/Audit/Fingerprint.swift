// Compares two unordered streams of facts in bounded memory. Each fact about a subject (an order, a return) is hashed and added
// to one of a fixed number of buckets, chosen by the subject; facts of the other stream are subtracted. Equal streams leave zero
// everywhere, whatever their order and size. A bucket that is not zero leads to a few subjects, which a second pass examines one
// by one. Two different streams agree by chance with a probability of 2⁻⁶⁴ for each bucket.

import SplitMix
import Trading

/// The share of a fact in a fingerprint.
struct FingerprintShare: Sendable {
    /// A hash of the subject, which chooses the bucket.
    let subject: UInt64
    let value: UInt64

    /// The fact that `subject` has `count` of `what`.
    ///
    /// - Parameter what: a hash of the kind of fact.
    init(_ subject: Bits128, what: UInt64, count: Int64) {
        self.subject = Self.hash(subject)
        let seed = subject.high ^ (subject.low << 32 | subject.low >> 32)
        value = SplitMix64.mixed(SplitMix64.mixed(seed &+ subject.low) ^ what) &* UInt64(bitPattern: count)
    }

    /// The hash of a subject.
    static func hash(_ subject: Bits128) -> UInt64 {
        SplitMix64.mixed(subject.high &+ SplitMix64.mixed(subject.low))
    }
}

/// The difference of two streams of facts.
struct Fingerprint: Sendable {
    private let shift: UInt64
    private var buckets: [UInt64]

    /// A fingerprint for about this many facts: a few subjects in each bucket, and between 8 KiB and 8 MiB in all.
    init(facts: Int64) {
        let bits = min(max(64 - (facts / 16).leadingZeroBitCount, 10), 20)
        shift = UInt64(64 - bits)
        buckets = [UInt64](repeating: 0, count: 1 << bits)
    }

    /// The bucket of a subject.
    func bucket(_ subject: Bits128) -> Int {
        Int(FingerprintShare.hash(subject) >> shift)
    }

    /// Adds a fact of the first stream.
    mutating func add(_ share: FingerprintShare) {
        buckets[Int(share.subject >> shift)] &+= share.value
    }

    /// Subtracts a fact of the second stream.
    mutating func subtract(_ share: FingerprintShare) {
        buckets[Int(share.subject >> shift)] &-= share.value
    }

    /// The buckets in which the streams differ, at most `limit`, and how many there are in all.
    func differences(limit: Int) -> (buckets: Set<Int>, count: Int) {
        let all = buckets.indices.filter { buckets[$0] != 0 }
        return (Set(all.prefix(limit)), all.count)
    }
}

/// Moved units of an order: those of the movements, and the expected ones.
struct Flow: Hashable, Sendable {
    let kind: MovementKind
    let sku: SKU
    let location: String

    /// The fact that an order moved this many units.
    func share(_ order: Bits128, _ quantity: Int64) -> FingerprintShare {
        var hasher = Hasher()
        hasher.combine(kind.rawValue)
        hasher.combine(sku.description)
        hasher.combine(location)
        return FingerprintShare(order, what: UInt64(bitPattern: Int64(hasher.finalize())), count: quantity)
    }
}
