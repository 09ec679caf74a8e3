// A deadline is a point in time, not a length: a function that is called later has less time left, without any subtraction. A
// deadline only ever moves closer. Work whose deadline has passed is not begun, since its caller has stopped waiting (SRE book,
// ch. 22, "Latency and deadlines").

/// The moment at which the caller stops waiting for an answer.
public struct Deadline: Hashable, Comparable, Sendable {
    /// The moment, by the monotonic clock.
    public let instant: ContinuousClock.Instant

    /// The deadline at a moment.
    public init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// The deadline this long after `now`.
    public init(_ timeout: Duration, from now: ContinuousClock.Instant) {
        instant = now + timeout
    }

    /// The remaining time, never negative.
    public func remaining(at now: ContinuousClock.Instant) -> Duration {
        max(.zero, now.duration(to: instant))
    }

    /// Whether the caller has stopped waiting: true from the very moment on.
    public func hasPassed(at now: ContinuousClock.Instant) -> Bool {
        now >= instant
    }

    /// The deadline of one call made on behalf of this one: the call's own timeout, or the remaining time if that is less.
    public func capped(to timeout: Duration, at now: ContinuousClock.Instant) -> Deadline {
        min(self, Deadline(timeout, from: now))
    }

    /// Whether the left one comes first.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        left.instant < right.instant
    }
}
