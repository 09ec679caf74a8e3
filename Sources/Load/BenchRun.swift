import Synchronization
import Time

/// When the measurement of a run begins and ends, and when it gives up outstanding requests; nanoseconds of the monotonic clock.
struct BenchWindow: Sendable {
    var start: Int64
    var measured: Int64
    var end: Int64
    var drained: Int64

    /// A window that starts now.
    init(warmup: Duration, duration: Duration, drain: Duration) {
        start = BenchClock.now()
        measured = start + warmup.wholeNanoseconds
        end = measured + duration.wholeNanoseconds
        drained = end + drain.wholeNanoseconds
    }
}

/// The shared state of a run's workers.
struct BenchRun: Sendable {
    var target: BenchTarget
    var plan: RequestPlan
    var pace: BenchPace
    var warmup: Duration
    var duration: Duration
    var timeout: Duration
    var requestsMax: Int
    var journal: BenchJournal?
    /// Called about once a second by each worker, with its answers and failures since the last call.
    var progress: (@Sendable (_ answers: Int, _ failures: Int) -> Void)?
    var control: BenchControl
}

/// Stops the workers of a run early.
final class BenchControl: Sendable {
    private let stopped = Atomic<Bool>(false)

    /// Whether to stop.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Lets every worker end soon, with its results so far.
    func stop() { stopped.store(true, ordering: .relaxed) }
}
