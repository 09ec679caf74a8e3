// The guard of every call to an external system: a bulkhead, so that a slow system uses only its own places, and a circuit
// breaker, so that no call waits for a dead one. A call that they refuse was certainly not made. Every call can be repeated,
// since it carries a key or has no effect; a call whose answer was lost is repeated once, within a budget, before its outcome
// counts as unknown.

import Resilience
import Synchronization

/// The bulkhead, the circuit breaker and the retry budget of one provider.
///
/// Thread-safe.
public final class ProviderGuard: Sendable {
    /// A change of a provider's availability; reported once for each change.
    public enum Turn: Hashable, Sendable {
        /// Its calls failed, and are refused from now on.
        ///
        /// - Parameter trouble: the code of the last error.
        case away(trouble: String)
        /// It answers again.
        case back(after: Duration)
    }

    /// The provider's name.
    public let name: String
    private let limit: Int
    private let bulkhead: SharedBulkhead
    private let breaker: SharedCircuitBreaker
    private let budget: SharedRetryBudget
    private let time: TimeSource
    private let outage: Outage

    /// A guard without history.
    ///
    /// - Parameter onTurn: called when the provider becomes unavailable or available, on the thread of a call; must not block.
    public init(
        _ name: String,
        bulkhead: Bulkhead.Settings = Bulkhead.Settings(),
        breaker: CircuitBreaker.Settings = CircuitBreaker.Settings(),
        retries: RetryBudget.Settings = RetryBudget.Settings(),
        time: TimeSource = .system,
        onTurn: @escaping @Sendable (Turn) -> Void = { _ in }
    ) {
        self.name = name
        let outage = Outage()
        self.outage = outage
        limit = bulkhead.concurrency
        self.bulkhead = SharedBulkhead(bulkhead, time: time)
        self.breaker = SharedCircuitBreaker(breaker, time: time) { turn in
            onTurn(outage.turned(turn, at: time.now))
        }
        budget = SharedRetryBudget(retries, time: time)
        self.time = time
    }

    /// The current state.
    public var standing: ProviderStanding {
        let state =
            switch breaker.figures.state {
            case .closed: "closed"
            case .open: "open"
            case .halfOpen: "halfOpen"
            }
        return ProviderStanding(breaker: state, inFlight: bulkhead.figures.running, limit: limit)
    }

    /// Makes a call if bulkhead and breaker allow it, in the calling task.
    ///
    /// A refusal by the provider counts as a success of the provider, and so does an undecided result: both depend on the buyer's
    /// token. No answer, or none in time, is a failure. Cost: one call, or two where the first answer was lost.
    func call<Value>(
        deadline: ContinuousClock.Instant,
        _ body: @Sendable () async -> ProviderAnswer<Value>
    ) async -> ProviderAnswer<Value> {
        do {
            return try await bulkhead.run(deadline: Deadline(deadline)) { await answered(by: deadline, body) }
        } catch {
            return .notDone(ProviderTrouble(code: "bulkhead_full", detail: "\(name): \(error)"))
        }
    }

    /// The answer, or that of a second attempt where the first was lost and deadline and budget allow one.
    private func answered<Value>(
        by deadline: ContinuousClock.Instant,
        _ body: @Sendable () async -> ProviderAnswer<Value>
    ) async -> ProviderAnswer<Value> {
        budget.request()
        let first = await judged(body)
        guard case .unknown(let trouble) = first, !trouble.isPending, time.now < deadline, !Task.isCancelled,
            budget.retry()
        else { return first }
        switch await judged(body) {
        // The breaker refused the second attempt; the first answer stands.
        case .notDone: return first
        case let second: return second
        }
    }

    private func judged<Value>(_ body: @Sendable () async -> ProviderAnswer<Value>) async -> ProviderAnswer<Value> {
        do {
            return try await breaker.call(judging: judge, body)
        } catch {
            switch error {
            case .refused(.open(let wait)), .refused(.halfOpen(let wait)):
                return .notDone(ProviderTrouble(code: "breaker_open", detail: name, retryAfter: wait))
            }
        }
    }

    private func judge<Value>(_ result: Result<ProviderAnswer<Value>, Never>) -> CircuitBreaker.Outcome {
        switch result {
        case .success(.done), .success(.refused): return .success
        case .success(.unknown(let trouble)) where trouble.isPending: return .success
        case .success(.notDone(let trouble)), .success(.unknown(let trouble)):
            outage.failed(trouble.code)
            return .failure
        }
    }
}

/// The state of a provider's outage: the last error, and since when its calls are refused.
private final class Outage: Sendable {
    private let state = Mutex<(trouble: String, since: ContinuousClock.Instant?)>(("none", nil))

    /// A call failed.
    func failed(_ trouble: String) {
        state.withLock { $0.trouble = trouble }
    }

    /// The breaker changed.
    func turned(_ turn: SharedCircuitBreaker.Turn, at now: ContinuousClock.Instant) -> ProviderGuard.Turn {
        state.withLock { state in
            switch turn {
            case .opened:
                state.since = now
                return .away(trouble: state.trouble)
            case .closed:
                defer { state.since = nil }
                return .back(after: state.since.map { $0.duration(to: now) } ?? .zero)
            }
        }
    }
}
