// What stands before every call to somebody else's system: a bulkhead, so that a slow one takes up only its own places, and a
// circuit breaker, so that a dead one is not waited for. A call that they refuse was certainly not made. Every call can be repeated,
// since it carries a key or only asks; one whose answer was lost is repeated once, within a budget, before anybody is told that the
// outcome is unknown.

import Resilience

/// How a provider looks from before its guard.
public struct ProviderStanding: Hashable, Sendable {
    /// Where the circuit breaker stands: `closed`, `open` or `halfOpen`.
    public let breaker: String
    /// Calls under way.
    public let inFlight: Int
    /// The most calls at once.
    public let limit: Int

    /// A standing.
    public init(breaker: String, inFlight: Int, limit: Int) {
        self.breaker = breaker
        self.inFlight = inFlight
        self.limit = limit
    }
}

/// The bulkhead, the circuit breaker and the retry budget of one provider.
public final class ProviderGuard: Sendable {
    /// The provider's name.
    public let name: String
    private let limit: Int
    private let bulkhead: SharedBulkhead
    private let breaker: SharedCircuitBreaker
    private let budget: SharedRetryBudget
    private let time: TimeSource

    /// A guard that has seen nothing yet.
    public init(
        _ name: String,
        bulkhead: Bulkhead.Settings = Bulkhead.Settings(),
        breaker: CircuitBreaker.Settings = CircuitBreaker.Settings(),
        retries: RetryBudget.Settings = RetryBudget.Settings(),
        time: TimeSource = .system
    ) {
        self.name = name
        limit = bulkhead.concurrency
        self.bulkhead = SharedBulkhead(bulkhead, time: time)
        self.breaker = SharedCircuitBreaker(breaker, time: time)
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
    /// A refusal by the provider is an answer, and so a success of the provider's; no answer, or none in time, is a failure.
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
        guard case .unknown = first, time.now < deadline, !Task.isCancelled, budget.retry() else { return first }
        switch await judged(body) {
        // The breaker kept the second one away; what is known is what was known.
        case .notDone: return first
        case let second: return second
        }
    }

    private func judged<Value>(_ body: @Sendable () async -> ProviderAnswer<Value>) async -> ProviderAnswer<Value> {
        do {
            return try await breaker.call(judging: Self.judge, body)
        } catch {
            switch error {
            case .refused(.open(let wait)), .refused(.halfOpen(let wait)):
                return .notDone(ProviderTrouble(code: "breaker_open", detail: name, retryAfter: wait))
            }
        }
    }

    private static func judge<Value>(_ result: Result<ProviderAnswer<Value>, Never>) -> CircuitBreaker.Outcome {
        switch result {
        case .success(.done), .success(.refused): .success
        case .success(.notDone), .success(.unknown): .failure
        }
    }
}
