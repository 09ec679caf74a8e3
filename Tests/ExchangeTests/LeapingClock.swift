import Synchronization

/// A clock that leaps to the time that is slept until, so that pauses take no time.
final class LeapingClock: Clock {
    private let origin = ContinuousClock.now
    private let passed = Mutex(Duration.zero)

    /// How far it has leapt.
    var elapsed: Duration { passed.withLock { $0 } }
    var now: ContinuousClock.Instant { origin + elapsed }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        passed.withLock { $0 = max($0, origin.duration(to: deadline)) }
        await Task.yield()
    }
}
