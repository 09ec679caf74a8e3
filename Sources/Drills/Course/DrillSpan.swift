import Load
import Synchronization

/// The begin and end of something on the monotonic clock, for the judgement of a drill.
final class DrillSpan: Sendable {
    private let moments = Mutex((begun: Int64(0), ended: Int64(0)))

    var begun: Int64 { moments.withLock { $0.begun } }
    var ended: Int64 { moments.withLock { $0.ended } }

    /// Records the begin.
    func begin() { moments.withLock { $0.begun = BenchClock.now() } }

    /// Records the end.
    func end() { moments.withLock { $0.ended = BenchClock.now() } }
}
