// Time here is always a point of the monotonic clock: it never jumps, and it means nothing in another process. The machines of
// this module are given `now` and never ask for it; only the holders that servers share do, and they ask here.

/// What time it is, and how to wait: the process's monotonic clock, or a test's own.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> ContinuousClock.Instant
    private let wait: @Sendable (ContinuousClock.Instant) async throws -> Void

    /// The time that this clock tells.
    public init<C: Clock>(_ clock: C) where C.Instant == ContinuousClock.Instant {
        read = { clock.now }
        wait = { try await clock.sleep(until: $0, tolerance: nil) }
    }

    /// The process's monotonic clock, which goes on while the machine sleeps.
    public static let system = TimeSource(ContinuousClock())

    /// The time now.
    public var now: ContinuousClock.Instant { read() }

    /// Returns once the time has come.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(until instant: ContinuousClock.Instant) async throws {
        try await wait(instant)
    }
}
