import Ledger
import Synchronization
import Trading

/// The state of a worker of this process, for people and metrics.
///
/// Thread-safe.
public final class WorkerStatus: Sendable {
    /// The state at one moment.
    public struct State: Sendable {
        /// When a round last succeeded; nil before the first.
        public var lastSuccess: Timestamp?
        /// Successful rounds.
        public var rounds = 0
        /// Tasks that failed and stay due.
        public var failedTasks = 0
        /// How often it was restarted.
        public var restarts = 0
        /// The error that ended its last run.
        public var lastError: String?
        /// Tasks in progress.
        public var inFlight = 0
    }

    private let current = Mutex(State())

    /// No rounds.
    public init() {}

    /// The current state.
    public var state: State { current.withLock { $0 } }

    /// Records a successful round.
    public func succeeded(at time: Timestamp = .now) {
        current.withLock { state in
            state.lastSuccess = time
            state.rounds += 1
        }
    }

    /// Records the start of a task.
    public func taskStarted() {
        current.withLock { $0.inFlight += 1 }
    }

    /// Records the end of a task, which was done, or failed and stays due.
    ///
    /// - Returns: the number of tasks still in progress.
    @discardableResult
    public func taskEnded(failed: Bool) -> Int {
        current.withLock { state in
            state.inFlight -= 1
            if failed { state.failedTasks += 1 }
            return state.inFlight
        }
    }

    /// Records that a run ended before the shutdown.
    func ended(_ reason: String) {
        current.withLock { state in
            state.restarts += 1
            state.lastError = reason
        }
    }
}
