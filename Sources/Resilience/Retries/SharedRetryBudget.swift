import Synchronization

/// The retry budget of one dependency, shared by all its callers.
///
/// Thread-safe; every call takes one short lock.
public final class SharedRetryBudget: Sendable {
    private let budget: Mutex<RetryBudget>
    private let time: TimeSource

    /// A full budget.
    public init(_ settings: RetryBudget.Settings = RetryBudget.Settings(), time: TimeSource = .system) {
        budget = Mutex(RetryBudget(settings, at: time.now))
        self.time = time
    }

    /// Records a request: a first attempt, never a retry.
    public func request() {
        budget.withLock { $0.request(at: time.now) }
    }

    /// Whether a retry may be made; if so, it is deducted from the budget.
    public func retry() -> Bool {
        budget.withLock { $0.retry(at: time.now) }
    }

    /// Totals since the start.
    public var counters: RetryBudget.Counters { budget.withLock { $0.counters } }
}
