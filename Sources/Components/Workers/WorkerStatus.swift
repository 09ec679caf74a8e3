import Ledger
import Synchronization
import Trading

/// How a worker of this process gets on, for people and for Prometheus.
public final class WorkerStatus: Sendable {
    /// What is known of it at one moment.
    public struct State: Sendable {
        /// When a round last went well; nil before the first.
        public var lastSuccess: Timestamp?
        /// Rounds that went well.
        public var rounds = 0
        /// Tasks that failed and stay due.
        public var failedTasks = 0
        /// How often it ended and was started again.
        public var restarts = 0
        /// What ended it last.
        public var lastError: String?
        /// Tasks under way.
        public var inFlight = 0
    }

    private let current = Mutex(State())

    /// Nothing done yet.
    public init() {}

    /// What is known now.
    public var state: State { current.withLock { $0 } }

    /// A round went well.
    public func succeeded(at time: Timestamp = .now) {
        current.withLock { state in
            state.lastSuccess = time
            state.rounds += 1
        }
    }

    /// A task was taken up.
    public func taskStarted() {
        current.withLock { $0.inFlight += 1 }
    }

    /// A task was done, or failed and stays due.
    ///
    /// - Returns: how many are still under way.
    @discardableResult
    public func taskEnded(failed: Bool) -> Int {
        current.withLock { state in
            state.inFlight -= 1
            if failed { state.failedTasks += 1 }
            return state.inFlight
        }
    }

    /// It ended before its time.
    func ended(_ reason: String) {
        current.withLock { state in
            state.restarts += 1
            state.lastError = reason
        }
    }
}
