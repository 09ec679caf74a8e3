// How often a client may send requests. A bucket holds the tokens that may be spent at once and is refilled at a steady rate; a
// request takes tokens out. It is stored as one number, the time at which it would be full again (the "theoretical arrival time"
// of the generic cell rate algorithm, ITU-T I.371), so a full bucket needs no memory at all.

/// How many tokens a bucket holds, and how fast it is refilled.
public struct RatePolicy: Hashable, Sendable {
    /// Its name, for the `RateLimit` fields.
    public let name: String
    /// The time to refill one token, in nanoseconds.
    let interval: Int64
    /// The tokens of a full bucket.
    public let burst: Int64
    /// The time to fill an empty bucket, in seconds.
    public let window: Int64

    /// A policy of `perSecond` tokens a second; a full bucket holds the tokens of `burstSeconds`, at least one.
    public init(_ name: String, perSecond: Double, burstSeconds: Int64) {
        self.name = name
        interval = max(1, Int64(1e9 / perSecond))
        burst = max(1, Int64(perSecond * Double(burstSeconds)))
        window = max(1, burstSeconds)
    }

    var room: Int64 { burst * interval }
}

/// The answer of a bucket.
public struct RateVerdict: Hashable, Sendable {
    /// Whether there were enough tokens; if not, none was taken.
    public let isAllowed: Bool
    /// The remaining tokens.
    public let remaining: Int64
    /// Seconds until the bucket is full again.
    public let fullAfter: Int64
    /// Seconds until there are enough tokens; at least 1 where there are not.
    public let retryAfter: Int64
}

/// Holds buckets.
///
/// Called from any thread or event loop; must not block.
///
/// The implementation here is of one process; one over a store that all processes share may take its place.
public protocol RateLimiter: Sendable {
    /// Takes tokens out of the bucket of a key.
    ///
    /// - Parameters:
    ///   - cost: number of tokens; 0 only asks whether there is one.
    ///   - isOwed: whether they are taken even if there are too few, for work that has been done already.
    func take(_ cost: Int64, from key: UInt64, _ policy: RatePolicy, isOwed: Bool) -> RateVerdict
}
