import Synchronization

/// The entry to a server or a component: admits work by tier, up to an adaptive limit.
///
/// A place lives as long as the scope of the work, so none can leak. Work never waits here: it is admitted or refused at once.
/// Thread-safe. Each piece of work takes two short locks.
public final class AdmissionGate: Sendable {
    private struct State {
        var shedder: LoadShedder
        var limit: AdaptiveLimit
        var expired = 0
    }

    private let state: Mutex<State>
    /// Whether work was refused, and none has found room since; read without the lock.
    private let isFull = Atomic<Bool>(false)
    private let time: TimeSource
    private let random: @Sendable () -> Double
    private let isExcused: @Sendable (ContinuousClock.Instant) -> Bool

    /// An idle gate.
    ///
    /// - Parameters:
    ///   - random: draws a uniform number from 0 up to, but not including, 1; called under the gate's lock.
    ///   - isExcused: whether work that began at a moment has waited for something that says nothing about this server, so that its latency is
    ///     not counted; asked, under the gate's lock, of work that took longer than `objective`.
    public init(
        shedder: LoadShedder.Settings = LoadShedder.Settings(),
        limit: AdaptiveLimit.Settings = AdaptiveLimit.Settings(),
        time: TimeSource = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        isExcused: @escaping @Sendable (ContinuousClock.Instant) -> Bool = { _ in false }
    ) {
        self.isExcused = isExcused
        state = Mutex(State(shedder: LoadShedder(shedder), limit: AdaptiveLimit(limit, at: time.now)))
        self.time = time
        self.random = random
    }

    /// Why work is refused, in order of precedence.
    ///
    /// The work was not begun, so it may be tried again.
    public enum Refusal: Error, Hashable, Sendable {
        /// Its deadline has passed; its caller has stopped waiting.
        case expired
        /// The server is overloaded; the refusal says when to try again.
        case shed(LoadShedder.Refusal)
    }

    /// Runs `body` in the caller's task if it is admitted, and measures how long it takes.
    ///
    /// - Parameters:
    ///   - deadline: when the sender stops waiting. Work that has begun is not interrupted. An error after the deadline is not
    ///     counted as a drop, unless the work also took longer than `objective`: the sender chose the deadline, so it says
    ///     nothing about the server.
    ///   - judge: what a result says about the server; by default an error is a drop unless it is a `CancellationError`.
    /// - Throws: `.refused` where the work was not begun, or `.failed` with the error of `body`.
    public nonisolated(nonsending) func run<Value, Failure: Error>(
        _ tier: Tier,
        deadline: Deadline? = nil,
        judging judge: (Result<Value, Failure>) -> AdaptiveLimit.Outcome = { AdaptiveLimit.Outcome(of: $0) },
        _ body: nonisolated(nonsending) () async throws(Failure) -> Value
    ) async throws(CallError<Refusal, Failure>) -> Value {
        try await run(tier, deadline: deadline, judging: judge) { (_: Pass) async throws(Failure) -> Value in
            try await body()
        }
    }

    /// The same for work that may give its place back before it ends, by ``Pass/giveBack()``.
    public nonisolated(nonsending) func run<Value, Failure: Error>(
        _ tier: Tier,
        deadline: Deadline? = nil,
        judging judge: (Result<Value, Failure>) -> AdaptiveLimit.Outcome = { AdaptiveLimit.Outcome(of: $0) },
        _ body: nonisolated(nonsending) (Pass) async throws(Failure) -> Value
    ) async throws(CallError<Refusal, Failure>) -> Value {
        let pass: Pass
        do throws(Refusal) {
            pass = Pass(self, try enter(tier, deadline))
        } catch {
            throw .refused(error)
        }
        do throws(Failure) {
            let value = try await body(pass)
            pass.leave(judge(.success(value)))
            return value
        } catch {
            pass.leave(judge(.failure(error)))
            throw .failed(error)
        }
    }

    /// The place of a piece of work that was admitted.
    public final class Pass: Sendable {
        private let gate: AdmissionGate
        private let place: Place
        private let isLeft = Atomic<Bool>(false)

        fileprivate init(_ gate: AdmissionGate, _ place: Place) {
            self.gate = gate
            self.place = place
        }

        /// Gives the place back before the work has ended, because from now on it only waits for something that is not the
        /// server's work.
        ///
        /// The time up to now counts as a success. The time after is neither counted nor measured, and must be bounded elsewhere.
        /// Calling it twice has no further effect.
        public func giveBack() { leave(.success) }

        fileprivate func leave(_ outcome: AdaptiveLimit.Outcome) {
            guard !isLeft.exchange(true, ordering: .relaxed) else { return }
            gate.leave(place, outcome)
        }
    }

    /// Refuses work before any effort is spent on it; nil where the work may ask for admission.
    ///
    /// Cost: one atomic read while no work is being refused, otherwise a short lock.
    public func turnAway(_ tier: Tier) -> LoadShedder.Refusal? {
        guard isFull.load(ordering: .relaxed) else { return nil }
        return state.withLock { state in
            do throws(LoadShedder.Refusal) {
                try state.shedder.check(tier, limit: limit(for: tier, in: state, at: time.now), random: random())
                if state.shedder.refusesFrom == nil { isFull.store(false, ordering: .relaxed) }
                return nil
            } catch {
                return error
            }
        }
    }

    /// Refuses all work of a tier and of those below it, even if there is room; nil ends that.
    public func refuse(from tier: Tier?) {
        state.withLock { $0.shedder.refusesFrom = tier }
        if tier != nil { isFull.store(true, ordering: .relaxed) }
    }

    private func limit(for tier: Tier, in state: State, at now: ContinuousClock.Instant) -> Int {
        tier == .t0 ? state.limit.steadyLimit : state.limit.limit(at: now)
    }

    /// The state of the gate, and totals since the start.
    public struct Figures: Hashable, Sendable {
        /// The most work that may be in flight.
        public let limit: Int
        /// The work in flight.
        public let inFlight: Int
        /// Whether the limit is halved to measure the latency without load.
        public let isProbing: Bool
        /// The latency without load, in seconds; nil while it is unknown.
        public let longTermSeconds: Double?
        /// Totals by tier.
        public let tiers: [Tier: LoadShedder.Counters]
        /// Work refused because its deadline had passed.
        public let expired: Int
    }

    /// The figures now.
    ///
    /// Takes a short lock.
    public var figures: Figures {
        state.withLock { state in
            let now = time.now
            return Figures(
                limit: state.limit.limit(at: now),
                inFlight: state.shedder.inFlight,
                isProbing: state.limit.isProbing(at: now),
                longTermSeconds: state.limit.longTermSeconds,
                tiers: state.shedder.counters,
                expired: state.expired
            )
        }
    }

    fileprivate struct Place {
        let tier: Tier
        let deadline: Deadline?
        let start: AdaptiveLimit.Start
    }

    private func enter(_ tier: Tier, _ deadline: Deadline?) throws(Refusal) -> Place {
        try state.withLock { (state) throws(Refusal) in
            let now = time.now
            if let deadline, deadline.hasPassed(at: now) {
                state.expired += 1
                throw .expired
            }
            let limit = limit(for: tier, in: state, at: now)
            do throws(LoadShedder.Refusal) {
                let inFlight = try state.shedder.enter(tier, limit: limit, random: random())
                return Place(tier: tier, deadline: deadline, start: state.limit.begin(inFlight: inFlight, at: now))
            } catch {
                isFull.store(true, ordering: .relaxed)
                throw .shed(error)
            }
        }
    }

    private func leave(_ place: Place, _ outcome: AdaptiveLimit.Outcome) {
        state.withLock { state in
            let now = time.now
            state.shedder.leave(place.tier)
            var outcome = outcome
            let objective = state.limit.settings.objective
            let isTooLong = objective > .zero && place.start.startedAt.duration(to: now) >= objective
            // An error after the sender's own deadline is not the server's failure, unless the work also took longer than the objective.
            if outcome == .dropped, !isTooLong, place.deadline?.hasPassed(at: now) == true { outcome = .ignored }
            if isTooLong, isExcused(place.start.startedAt) { outcome = .ignored }
            state.limit.end(place.start, outcome, at: now)
        }
    }
}

extension AdaptiveLimit.Outcome {
    /// The default judgement of a piece of work's result.
    public init<Value, Failure: Error>(of result: Result<Value, Failure>) {
        switch result {
        case .success: self = .success
        case .failure(let error): self = error is CancellationError ? .ignored : .dropped
        }
    }
}
