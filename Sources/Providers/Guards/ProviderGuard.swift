// What stands before every call to somebody else's system: a bulkhead, so that a slow one takes up only its own places, and a
// circuit breaker, so that a dead one is not waited for. A call that they refuse was certainly not made.

import Resilience

/// The bulkhead and the circuit breaker of one provider.
public final class ProviderGuard: Sendable {
    /// The provider's name.
    public let name: String
    /// The most calls at once.
    public let limit: Int
    private let bulkhead: SharedBulkhead
    private let breaker: SharedCircuitBreaker

    /// A guard that has seen nothing yet.
    public init(
        _ name: String,
        bulkhead: Bulkhead.Settings = Bulkhead.Settings(),
        breaker: CircuitBreaker.Settings = CircuitBreaker.Settings(),
        time: TimeSource = .system
    ) {
        self.name = name
        limit = bulkhead.concurrency
        self.bulkhead = SharedBulkhead(bulkhead, time: time)
        self.breaker = SharedCircuitBreaker(breaker, time: time)
    }

    /// Where the breaker stands: `closed`, `open` or `halfOpen`.
    public var breakerState: String {
        switch breaker.figures.state {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "halfOpen"
        }
    }

    /// Calls under way.
    public var inFlight: Int { bulkhead.figures.running }

    /// Makes a call where bulkhead and breaker allow it.
    ///
    /// A refusal by the provider is an answer, and so a success of the provider's; no answer, or none in time, is a failure.
    func call<Value>(
        deadline: ContinuousClock.Instant,
        _ body: @Sendable () async -> ProviderAnswer<Value>
    ) async -> ProviderAnswer<Value> {
        do {
            return try await bulkhead.run(deadline: Deadline(deadline)) { await judged(body) }
        } catch {
            return .notDone(ProviderTrouble(code: "bulkhead_full", detail: "\(name): \(error)"))
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
