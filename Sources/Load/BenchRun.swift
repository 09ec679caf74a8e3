import Synchronization

/// When a run begins to be measured, ends, and gives up on what is still out; nanoseconds of the monotonic clock.
struct BenchWindow: Sendable {
    var start: Int64
    var measured: Int64
    var end: Int64
    var drained: Int64

    /// A window that starts now.
    init(warmup: Duration, duration: Duration, drain: Duration) {
        start = BenchClock.now()
        measured = start + warmup.benchNanoseconds
        end = measured + duration.benchNanoseconds
        drained = end + drain.benchNanoseconds
    }
}

/// What the workers of a run share.
struct BenchRun: Sendable {
    var target: BenchTarget
    var plan: RequestPlan
    var pace: BenchPace
    var warmup: Duration
    var duration: Duration
    var timeout: Duration
    var requestsMax: Int
    var journal: BenchJournal?
    /// Told about once in a second how many answers and failures came since the last call, by each worker.
    var progress: (@Sendable (_ answers: Int, _ failures: Int) -> Void)?
    var control: BenchControl
}

/// Stops the workers of a run early.
final class BenchControl: Sendable {
    private let stopped = Atomic<Bool>(false)

    /// Whether to stop.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Makes every worker end soon, with what it has.
    func stop() { stopped.store(true, ordering: .relaxed) }
}
