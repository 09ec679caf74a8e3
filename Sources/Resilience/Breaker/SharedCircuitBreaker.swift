import Synchronization

/// The breaker of one dependency, shared by all who call it.
///
/// A permit lives as long as the call's scope, so none can leak. Each call takes two short locks.
public final class SharedCircuitBreaker: Sendable {
    private let breaker: Mutex<CircuitBreaker>
    private let time: TimeSource

    /// A closed breaker.
    public init(_ settings: CircuitBreaker.Settings = CircuitBreaker.Settings(), time: TimeSource = .system) {
        breaker = Mutex(CircuitBreaker(settings))
        self.time = time
    }

    /// Makes a call if the breaker allows it, and takes note of how it went.
    ///
    /// - Parameters:
    ///   - judge: what a result says of the dependency; by default, an error is a failure unless it is a cancellation.
    ///   - body: the call. It should keep to a deadline of its own: the breaker never interrupts it.
    public nonisolated(nonsending) func call<Value, Failure: Error>(
        judging judge: (Result<Value, Failure>) -> CircuitBreaker.Outcome = { CircuitBreaker.Outcome(of: $0) },
        _ body: nonisolated(nonsending) () async throws(Failure) -> Value
    ) async throws(CallError<CircuitBreaker.Refusal, Failure>) -> Value {
        let permit: CircuitBreaker.Permit
        do throws(CircuitBreaker.Refusal) {
            permit = try breaker.withLock { (breaker) throws(CircuitBreaker.Refusal) in
                try breaker.permit(at: time.now)
            }
        } catch {
            throw .refused(error)
        }
        do throws(Failure) {
            let value = try await body()
            finish(permit, judge(.success(value)))
            return value
        } catch {
            finish(permit, judge(.failure(error)))
            throw .failed(error)
        }
    }

    /// The state now, and totals since the beginning.
    public var figures: (state: CircuitBreaker.State, counters: CircuitBreaker.Counters) {
        breaker.withLock { ($0.state(at: time.now), $0.counters) }
    }

    private func finish(_ permit: CircuitBreaker.Permit, _ outcome: CircuitBreaker.Outcome) {
        breaker.withLock { $0.finish(permit, outcome, at: time.now) }
    }
}

extension CircuitBreaker.Outcome {
    /// What a result says of a dependency when nobody knows better.
    public init<Value, Failure: Error>(of result: Result<Value, Failure>) {
        switch result {
        case .success: self = .success
        case .failure(let error): self = error is CancellationError ? .ignored : .failure
        }
    }
}
