import Synchronization

/// A clock that jumps to the end of each sleep, so that pauses take no time.
final class LeapingClock: Clock {
    private let origin = ContinuousClock.now
    private let passed = Mutex(Duration.zero)

    /// How far the clock has jumped.
    var elapsed: Duration { passed.withLock { $0 } }
    var now: ContinuousClock.Instant { origin + elapsed }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        passed.withLock { $0 = max($0, origin.duration(to: deadline)) }
        await Task.yield()
    }
}
