// What stands before every call to somebody else's system: a bulkhead, so that a slow one takes up only its own places, and a
// circuit breaker, so that a dead one is not waited for. A call that they refuse was certainly not made. Every call can be repeated,
// since it carries a key or only asks; one whose answer was lost is repeated once, within a budget, before anybody is told that the
// outcome is unknown.

import Resilience
import Synchronization

/// The bulkhead, the circuit breaker and the retry budget of one provider.
public final class ProviderGuard: Sendable {
    /// A provider has gone, or is there again; told once for each change.
    public enum Turn: Hashable, Sendable {
        /// Its calls failed, and are held back from now on.
        ///
        /// - Parameter trouble: the word for what was wrong with the last one.
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

    /// A guard that has seen nothing yet.
    ///
    /// - Parameter onTurn: told when the provider goes and when it is back; it must not block.
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

    /// How the provider looks now.
    public var standing: ProviderStanding {
        let state =
            switch breaker.figures.state {
            case .closed: "closed"
            case .open: "open"
            case .halfOpen: "halfOpen"
            }
        return ProviderStanding(breaker: state, inFlight: bulkhead.figures.running, limit: limit)
    }

    /// Makes a call where bulkhead and breaker allow it.
    ///
    /// A refusal by the provider is an answer, and so a success of the provider's, and so is that it has not decided yet: both follow from
    /// a token that a buyer chose. No answer, or none in time, is a failure.
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

    /// The answer, or that of a second try where the first was lost and there is time and budget for one.
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
        // The breaker kept the second one away; what is known is what was known.
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

/// What is known of a provider's outage: what was wrong last, and since when its calls are held back.
private final class Outage: Sendable {
    private let state = Mutex<(trouble: String, since: ContinuousClock.Instant?)>(("none", nil))

    /// A call failed.
    func failed(_ trouble: String) {
        state.withLock { $0.trouble = trouble }
    }

    /// The breaker turned.
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
