import SplitMix
import Synchronization

/// Buckets in a table of a fixed size.
///
/// A key has eight places. Where all are taken by buckets that are not full, the newcomer takes the place of the fullest and goes on
/// from what that one holds, as counters do in the algorithm Space-Saving (Metwally and others, 2005): no bucket is ever fuller than
/// it would be alone, so a client with many addresses gains nothing by pushing its own out.
/// The places follow from a secret of the process, so that a client cannot choose whose bucket it meets.
public final class BucketTable: RateLimiter {
    private struct Bucket {
        var key: UInt64 = 0
        /// When it is full again, in nanoseconds of this process's clock.
        var full: Int64 = .min
    }

    private static let ways = 8
    private let buckets: [Mutex<[Bucket]>.Box]
    private let setsOfShard: Int
    private let seed = UInt64.random(in: .min ... .max)
    private let start: ContinuousClock.Instant
    private let time: TimeSource
    private static let shards = 16

    /// A table of so many bytes, or a little less.
    public init(bytes: Int, time: TimeSource = .system) {
        self.time = time
        start = time.now
        let sets = max(1, bytes / (MemoryLayout<Bucket>.stride * Self.ways * Self.shards))
        setsOfShard = sets
        buckets = (0..<Self.shards).map { _ in
            Mutex<[Bucket]>.Box([Bucket](repeating: Bucket(), count: sets * Self.ways))
        }
    }

    /// How many buckets there is room for.
    public var capacity: Int { Self.shards * setsOfShard * Self.ways }

    /// Takes tokens; one lock for a moment, and no allocation.
    public func take(_ cost: Int64, from key: UInt64, _ policy: RatePolicy, isOwed: Bool = false) -> RateVerdict {
        let hash = SplitMix64.mixed(key ^ seed)
        let place = hash == 0 ? 1 : hash
        let now = start.nanoseconds(to: time.now)
        let shard = buckets[Int(truncatingIfNeeded: place & UInt64(Self.shards - 1))]
        let first = Int((place >> 8) % UInt64(setsOfShard)) * Self.ways
        return shard.mutex.withLock { buckets in
            let index = Self.find(place, in: &buckets, first, now)
            // What a bucket took over from another one is no more than it can hold.
            let full = min(max(buckets[index].full, now), now + policy.room)
            buckets[index].full = full
            let next = full + (cost == 0 ? policy.interval : cost.multipliedClamping(policy.interval))
            let isAllowed = next - now <= policy.room
            if cost > 0, isAllowed || isOwed {
                // What is owed is bounded, so that nobody is locked out for longer than an empty bucket takes.
                buckets[index].full = min(next, now + policy.room)
            }
            let left = policy.room - (max(buckets[index].full, now) - now)
            return RateVerdict(
                isAllowed: isAllowed,
                remaining: max(0, left / policy.interval),
                fullAfter: Self.seconds(max(buckets[index].full, now) - now),
                retryAfter: isAllowed ? 0 : max(1, Self.seconds(next - now - policy.room))
            )
        }
    }

    /// The place of a bucket: its own, one that is free or full, or that of the fullest.
    private static func find(_ key: UInt64, in buckets: inout [Bucket], _ first: Int, _ now: Int64) -> Int {
        var fullest = first
        for index in first..<first + ways {
            if buckets[index].key == key { return index }
            if buckets[index].full < buckets[fullest].full { fullest = index }
        }
        buckets[fullest].key = key
        return fullest
    }

    private static func seconds(_ nanoseconds: Int64) -> Int64 { (nanoseconds + 999_999_999) / 1_000_000_000 }
}

extension Mutex {
    /// A lock that can stand in an array.
    fileprivate final class Box: Sendable where Value: Sendable {
        let mutex: Mutex<Value>

        init(_ value: Value) {
            mutex = Mutex(value)
        }
    }
}

extension ContinuousClock.Instant {
    fileprivate func nanoseconds(to other: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = duration(to: other).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

extension Int64 {
    fileprivate func multipliedClamping(_ other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max / 4 : Swift.min(product, .max / 4)
    }
}
