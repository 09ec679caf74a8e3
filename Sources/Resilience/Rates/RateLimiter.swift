// How often somebody may ask. A bucket holds as many tokens as may be spent at once and is refilled at a steady rate; a request takes
// tokens out. It is kept as one number, the time at which it would be full again (the "theoretical arrival time" of the generic cell
// rate algorithm, ITU-T I.371), so that a bucket that is full needs no memory at all.

/// How many tokens a bucket holds, and how fast they come back.
public struct RatePolicy: Hashable, Sendable {
    /// Its name, for the `RateLimit` fields.
    public let name: String
    /// From one token to the next, in nanoseconds.
    let interval: Int64
    /// The tokens of a full bucket.
    public let burst: Int64
    /// How long an empty bucket takes to be full, in seconds.
    public let window: Int64

    /// A policy of so many tokens a second, of which those of so many seconds may be spent at once; one at least.
    public init(_ name: String, perSecond: Double, burstSeconds: Int64) {
        self.name = name
        interval = max(1, Int64(1e9 / perSecond))
        burst = max(1, Int64(perSecond * Double(burstSeconds)))
        window = max(1, burstSeconds)
    }

    var room: Int64 { burst * interval }
}

/// What a bucket says.
public struct RateVerdict: Hashable, Sendable {
    /// Whether there were tokens enough; where not, none was taken.
    public let isAllowed: Bool
    /// The tokens left.
    public let remaining: Int64
    /// In how many seconds the bucket is full again.
    public let fullAfter: Int64
    /// In how many seconds there are tokens enough, 1 at least where there are not.
    public let retryAfter: Int64
}

/// Keeps buckets.
///
/// They are those of one process here; an engine that all processes share would keep them elsewhere.
public protocol RateLimiter: Sendable {
    /// Takes tokens out of the bucket of this key.
    ///
    /// - Parameters:
    ///   - cost: how many; 0 only asks whether there is one.
    ///   - isOwed: whether they are taken although they are not there, as for what has been done already.
    func take(_ cost: Int64, from key: UInt64, _ policy: RatePolicy, isOwed: Bool) -> RateVerdict
}
