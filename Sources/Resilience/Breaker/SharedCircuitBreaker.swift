import Synchronization

/// The breaker of one dependency, shared by all who call it.
///
/// A permit lives as long as the call's scope, so none can leak. Each call takes two short locks.
public final class SharedCircuitBreaker: Sendable {
    /// A turn for the worse or for the better; a trial that fails is none.
    public enum Turn: Hashable, Sendable {
        /// It was closed, and opened.
        case opened
        /// It was open, and closed.
        case closed
    }

    private let breaker: Mutex<CircuitBreaker>
    private let time: TimeSource
    private let onTurn: @Sendable (Turn) -> Void

    /// A closed breaker.
    ///
    /// - Parameter onTurn: told of every turn, once, on the thread of the call that made it; it must not block.
    public init(
        _ settings: CircuitBreaker.Settings = CircuitBreaker.Settings(),
        time: TimeSource = .system,
        onTurn: @escaping @Sendable (Turn) -> Void = { _ in }
    ) {
        breaker = Mutex(CircuitBreaker(settings))
        self.time = time
        self.onTurn = onTurn
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
            permit = try change { breaker, now in
                Result { () throws(CircuitBreaker.Refusal) in try breaker.permit(at: now) }
            }.get()
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
        change { breaker, now in breaker.finish(permit, outcome, at: now) }
    }

    /// Changes the breaker, and tells of a turn once the lock is free.
    private func change<Value: Sendable>(
        _ body: (inout CircuitBreaker, ContinuousClock.Instant) -> Value
    ) -> Value {
        let (value, turn) = breaker.withLock { breaker in
            let before = breaker.openings
            let value = body(&breaker, time.now)
            let turn: Turn? = (before == 0) == (breaker.openings == 0) ? nil : before == 0 ? .opened : .closed
            return (value, turn)
        }
        if let turn { onTurn(turn) }
        return value
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
