import SplitMix
import Synchronization
import Time

/// Buckets in a table of a fixed size.
///
/// A key has eight places. Where all of them hold buckets that are not full, a new key takes over the fullest bucket with its
/// content, as counters do in the algorithm Space-Saving (Metwally and others, 2005): no bucket is ever fuller than it would be
/// alone, so a client with many addresses gains nothing by evicting its own buckets. The places depend on a secret of the
/// process, so a client cannot choose whose bucket it collides with.
public final class BucketTable: RateLimiter {
    private struct Bucket {
        var key: UInt64 = 0
        /// When the bucket is full again, in nanoseconds of this process's clock.
        var full: Int64 = .min
    }

    private static let ways = 8
    private let buckets: [Mutex<[Bucket]>.Box]
    private let setsOfShard: Int
    private let seed = UInt64.random(in: .min ... .max)
    private let start: ContinuousClock.Instant
    private let time: TimeSource
    private static let shards = 16

    /// A table of at most this many bytes.
    public init(bytes: Int, time: TimeSource = .system) {
        self.time = time
        start = time.now
        let sets = max(1, bytes / (MemoryLayout<Bucket>.stride * Self.ways * Self.shards))
        setsOfShard = sets
        buckets = (0..<Self.shards).map { _ in
            Mutex<[Bucket]>.Box([Bucket](repeating: Bucket(), count: sets * Self.ways))
        }
    }

    /// The number of buckets in the table.
    public var capacity: Int { Self.shards * setsOfShard * Self.ways }

    /// Takes tokens.
    ///
    /// Cost: one short lock, no allocation.
    public func take(_ cost: Int64, from key: UInt64, _ policy: RatePolicy, isOwed: Bool = false) -> RateVerdict {
        let hash = SplitMix64.mixed(key ^ seed)
        let place = hash == 0 ? 1 : hash
        let now = start.duration(to: time.now).wholeNanoseconds
        let shard = buckets[Int(truncatingIfNeeded: place & UInt64(Self.shards - 1))]
        let first = Int((place >> 8) % UInt64(setsOfShard)) * Self.ways
        return shard.mutex.withLock { buckets in
            let index = Self.find(place, in: &buckets, first, now)
            // A bucket that was taken over from another key holds no more than this key's policy allows.
            let full = min(max(buckets[index].full, now), now + policy.room)
            buckets[index].full = full
            let next = full + (cost == 0 ? policy.interval : cost.multipliedClamping(policy.interval))
            let isAllowed = next - now <= policy.room
            if cost > 0, isAllowed || isOwed {
                // The debt is bounded, so that no client is locked out for longer than an empty bucket takes to fill.
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

    /// The place of a key's bucket: its own one, else a free or full one, else the fullest one.
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
    /// A lock that can be an element of an array.
    fileprivate final class Box: Sendable where Value: Sendable {
        let mutex: Mutex<Value>

        init(_ value: Value) {
            mutex = Mutex(value)
        }
    }
}

extension Int64 {
    fileprivate func multipliedClamping(_ other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max / 4 : Swift.min(product, .max / 4)
    }
}
