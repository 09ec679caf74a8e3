import Synchronization

/// The breaker of one dependency, shared by all its callers.
///
/// A permit lives as long as the scope of the call, so none can leak. Thread-safe. Each call takes two short locks.
public final class SharedCircuitBreaker: Sendable {
    /// A change between working and not working; a failed trial is not a change.
    public enum Turn: Hashable, Sendable {
        /// The breaker was closed, and opened.
        case opened
        /// The breaker was open, and closed.
        case closed
    }

    private let breaker: Mutex<CircuitBreaker>
    private let time: TimeSource
    private let onTurn: @Sendable (Turn) -> Void

    /// A closed breaker.
    ///
    /// - Parameter onTurn: called once for each change, on the thread of the call that caused it, after the lock was released;
    ///   must not block.
    public init(
        _ settings: CircuitBreaker.Settings = CircuitBreaker.Settings(),
        time: TimeSource = .system,
        onTurn: @escaping @Sendable (Turn) -> Void = { _ in }
    ) {
        breaker = Mutex(CircuitBreaker(settings))
        self.time = time
        self.onTurn = onTurn
    }

    /// Makes a call if the breaker allows it, and records its result.
    ///
    /// - Parameters:
    ///   - judge: what a result says about the dependency; by default an error is a failure unless it is a `CancellationError`.
    ///   - body: the call, in the caller's task. It should have its own deadline: the breaker never interrupts it.
    /// - Throws: `.refused` where the breaker does not allow the call (it was not made; try again after `retryAfter`), or
    ///   `.failed` with the error of `body`.
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

    /// The state now, and totals since the start.
    public var figures: (state: CircuitBreaker.State, counters: CircuitBreaker.Counters) {
        breaker.withLock { ($0.state(at: time.now), $0.counters) }
    }

    private func finish(_ permit: CircuitBreaker.Permit, _ outcome: CircuitBreaker.Outcome) {
        change { breaker, now in breaker.finish(permit, outcome, at: now) }
    }

    /// Changes the breaker under its lock, and reports a change of state after releasing it.
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
    /// The default judgement of a call's result.
    public init<Value, Failure: Error>(of result: Result<Value, Failure>) {
        switch result {
        case .success: self = .success
        case .failure(let error): self = error is CancellationError ? .ignored : .failure
        }
    }
}
