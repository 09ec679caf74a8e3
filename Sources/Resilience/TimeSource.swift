// Time here is always a point of the monotonic clock: it never jumps, and it means nothing in another process. The state machines
// of this module take `now` as an argument; only the types that threads share read the clock, and they read it here.

/// The current time, and sleeping: by the process's monotonic clock, or by a test's own clock.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> ContinuousClock.Instant
    private let wait: @Sendable (ContinuousClock.Instant) async throws -> Void

    /// The time of a given clock.
    public init<C: Clock>(_ clock: C) where C.Instant == ContinuousClock.Instant {
        read = { clock.now }
        wait = { try await clock.sleep(until: $0, tolerance: nil) }
    }

    /// The process's monotonic clock, which goes on while the machine sleeps.
    public static let system = TimeSource(ContinuousClock())

    /// The time now.
    public var now: ContinuousClock.Instant { read() }

    /// Suspends the calling task until a moment.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(until instant: ContinuousClock.Instant) async throws {
        try await wait(instant)
    }
}
