import Synchronization

/// The bulkhead of one component, shared by all its work.
///
/// A place lives as long as the scope of the work, so none can leak: not by an error, a cancellation or a deadline. Work that
/// finds a free place is never suspended. Thread-safe. Each piece of work takes two short locks; work that waits has a child task
/// as its timer.
public final class SharedBulkhead: Sendable {
    private typealias Ticket = Bulkhead.Ticket
    private typealias Answer = Result<Void, Bulkhead.Refusal>

    /// A task in the queue: not suspended yet, suspended, or answered before it was suspended.
    private enum Waiter {
        case arriving
        case suspended(CheckedContinuation<Answer, Never>)
        case answered(Answer)
    }

    /// A task to resume after the lock was released.
    private struct Wake {
        let continuation: CheckedContinuation<Answer, Never>
        let answer: Answer

        func callAsFunction() { continuation.resume(returning: answer) }
    }

    private struct State {
        var bulkhead: Bulkhead
        var waiters: [Ticket: Waiter] = [:]

        mutating func answer(_ tickets: [Ticket], _ answer: Answer) -> [Wake] {
            tickets.compactMap { ticket in
                guard case .suspended(let continuation) = waiters.removeValue(forKey: ticket) else {
                    waiters[ticket] = .answered(answer)
                    return nil
                }
                return Wake(continuation: continuation, answer: answer)
            }
        }
    }

    private let state: Mutex<State>
    private let time: TimeSource

    /// An empty bulkhead.
    public init(_ settings: Bulkhead.Settings = Bulkhead.Settings(), time: TimeSource = .system) {
        state = Mutex(State(bulkhead: Bulkhead(settings)))
        self.time = time
    }

    /// Runs `body` in the caller's task once there is a place for it.
    ///
    /// - Parameter deadline: work that would begin later is not begun. Work that has begun is not interrupted.
    /// - Throws: `.refused` where the work was not begun (it may be tried again), or `.failed` with the error of `body`.
    public nonisolated(nonsending) func run<Value, Failure: Error>(
        deadline: Deadline? = nil,
        _ body: nonisolated(nonsending) () async throws(Failure) -> Value
    ) async throws(CallError<Bulkhead.Refusal, Failure>) -> Value {
        let ticket: Ticket
        do throws(Bulkhead.Refusal) {
            ticket = try await enter(deadline)
        } catch {
            throw .refused(error)
        }
        defer { leave(ticket) }
        // The deadline may have passed between the admission and this moment.
        if let deadline, deadline.hasPassed(at: time.now) { throw .refused(.expired) }
        do throws(Failure) {
            return try await body()
        } catch {
            throw .failed(error)
        }
    }

    /// How many run and wait now, and totals since the start.
    public var figures: (running: Int, waiting: Int, counters: Bulkhead.Counters) {
        state.withLock { ($0.bulkhead.runningCount, $0.bulkhead.waitingCount, $0.bulkhead.counters) }
    }

    private func enter(_ deadline: Deadline?) async throws(Bulkhead.Refusal) -> Ticket {
        switch try arrive(deadline) {
        case .running(let ticket): return ticket
        case .waiting(let ticket, let until):
            try await wait(ticket, until: until).get()
            return ticket
        }
    }

    private func arrive(_ deadline: Deadline?) throws(Bulkhead.Refusal) -> Bulkhead.Entry {
        let (entry, wakes) = state.withLock { state -> (Result<Bulkhead.Entry, Bulkhead.Refusal>, [Wake]) in
            let now = time.now
            // Timers may be late; expired work must not keep its place in a full queue.
            let expired = state.bulkhead.isQueueFull ? state.bulkhead.expire(at: now) : []
            let entry = Result { () throws(Bulkhead.Refusal) in
                try state.bulkhead.enter(deadline: deadline, at: now)
            }
            if case .success(.waiting(let ticket, _)) = entry { state.waiters[ticket] = .arriving }
            return (entry, state.answer(expired, .failure(.expired)))
        }
        for wake in wakes { wake() }
        return try entry.get()
    }

    /// Suspends until the ticket is admitted, expires or is withdrawn, whichever comes first.
    private func wait(_ ticket: Ticket, until: ContinuousClock.Instant) async -> Answer {
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [self] in
                    do {
                        try await time.sleep(until: until)
                    } catch {
                        return  // It was answered already.
                    }
                    expire(at: until)
                }
                let answer = await withCheckedContinuation { suspend(ticket, $0) }
                group.cancelAll()
                return answer
            }
        } onCancel: {
            withdraw(ticket)
        }
    }

    private func suspend(_ ticket: Ticket, _ continuation: CheckedContinuation<Answer, Never>) {
        let answer = state.withLock { state -> Answer? in
            if case .answered(let answer) = state.waiters.removeValue(forKey: ticket) { return answer }
            state.waiters[ticket] = .suspended(continuation)
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func leave(_ ticket: Ticket) {
        let wakes = state.withLock { state -> [Wake] in
            let turn = state.bulkhead.leave(ticket, at: time.now)
            return state.answer(turn.admitted, .success(())) + state.answer(turn.expired, .failure(.expired))
        }
        for wake in wakes { wake() }
    }

    private func expire(at moment: ContinuousClock.Instant) {
        let wakes = state.withLock { state -> [Wake] in
            let expired = state.bulkhead.expire(at: max(moment, time.now))
            return state.answer(expired, .failure(.expired))
        }
        for wake in wakes { wake() }
    }

    private func withdraw(_ ticket: Ticket) {
        let wakes = state.withLock { state -> [Wake] in
            state.bulkhead.withdraw(ticket) ? state.answer([ticket], .failure(.cancelled)) : []
        }
        for wake in wakes { wake() }
    }
}
