// A deadline is a point in time, not a length: whoever is called later has less left, and nobody has to subtract. It only ever
// moves closer. Work whose deadline has passed is not begun, since nobody waits for it any more (SRE book, ch. 22, "Latency and
// deadlines").

/// The moment after which nobody waits for an answer any more.
public struct Deadline: Hashable, Comparable, Sendable {
    /// The moment, by the monotonic clock.
    public let instant: ContinuousClock.Instant

    /// The deadline at this moment.
    public init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// The deadline so long after `now`.
    public init(_ timeout: Duration, from now: ContinuousClock.Instant) {
        instant = now + timeout
    }

    /// Time that is left, never negative.
    public func remaining(at now: ContinuousClock.Instant) -> Duration {
        max(.zero, now.duration(to: instant))
    }

    /// Whether nobody waits any more: true from the very moment on.
    public func hasPassed(at now: ContinuousClock.Instant) -> Bool {
        now >= instant
    }

    /// The deadline of one call made on behalf of this one: its own timeout, or what is left if that is less.
    public func capped(to timeout: Duration, at now: ContinuousClock.Instant) -> Deadline {
        min(self, Deadline(timeout, from: now))
    }

    /// Whether the left one comes first.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        left.instant < right.instant
    }
}
