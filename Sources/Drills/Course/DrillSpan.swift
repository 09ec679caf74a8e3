import Load
import Synchronization

/// When something began and ended, on the monotonic clock: noted while a drill runs, and read when it is judged.
final class DrillSpan: Sendable {
    private let moments = Mutex((begun: Int64(0), ended: Int64(0)))

    var begun: Int64 { moments.withLock { $0.begun } }
    var ended: Int64 { moments.withLock { $0.ended } }

    /// It begins now.
    func begin() { moments.withLock { $0.begun = BenchClock.now() } }

    /// It ends now.
    func end() { moments.withLock { $0.ended = BenchClock.now() } }
}
