import Synchronization

/// The front of a server or a component: lets work in by tier, up to a limit that follows what the server can do.
///
/// A place lives as long as the work's scope, so none can leak. Nobody waits here: work is let in or refused at once. Each piece
/// of work takes two short locks.
public final class AdmissionGate: Sendable {
    private struct State {
        var shedder: LoadShedder
        var limit: AdaptiveLimit
        var expired = 0
    }

    private let state: Mutex<State>
    /// Whether somebody was refused and nobody has found room since; read without the lock.
    private let isFull = Atomic<Bool>(false)
    private let time: TimeSource
    private let random: @Sendable () -> Double

    /// An idle gate.
    ///
    /// - Parameter random: draws a number evenly from 0 up to, but not including, 1.
    public init(
        shedder: LoadShedder.Settings = LoadShedder.Settings(),
        limit: AdaptiveLimit.Settings = AdaptiveLimit.Settings(),
        time: TimeSource = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        state = Mutex(State(shedder: LoadShedder(shedder), limit: AdaptiveLimit(limit, at: time.now)))
        self.time = time
        self.random = random
    }

    /// Why work is not let in, in order of precedence.
    public enum Refusal: Error, Hashable, Sendable {
        /// Its deadline has passed; nobody waits for it.
        case expired
        /// There is too much to do.
        case shed(LoadShedder.Refusal)
    }

    /// Does a piece of work if it is let in, and takes note of how long it took.
    ///
    /// - Parameters:
    ///   - deadline: when its sender waits no longer. Work that has begun is not interrupted, and no outcome is the worse for it: how
    ///     long a sender waits is his own choice, and says nothing of the server.
    ///   - judge: what a result says of the server; by default, an error is a drop unless it is a cancellation.
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

    /// The same for work that may give its place back before it ends.
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

    /// The place of a piece of work.
    public final class Pass: Sendable {
        private let gate: AdmissionGate
        private let place: Place
        private let isLeft = Atomic<Bool>(false)

        fileprivate init(_ gate: AdmissionGate, _ place: Place) {
            self.gate = gate
            self.place = place
        }

        /// Gives the place back before the work has ended, since from now on it only waits for something that is not the server's to do.
        ///
        /// What was done until now was done well; what comes after is neither counted nor measured, and is to be bounded elsewhere.
        public func giveBack() { leave(.success) }

        fileprivate func leave(_ outcome: AdaptiveLimit.Outcome) {
            guard !isLeft.exchange(true, ordering: .relaxed) else { return }
            gate.leave(place, outcome)
        }
    }

    /// Turns work away before anything is spent on it; nil where it may try to be let in.
    ///
    /// Costs next to nothing while nobody is refused.
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

    /// Refuses all work from a tier on, whatever room there is; nil for none.
    public func refuse(from tier: Tier?) {
        state.withLock { $0.shedder.refusesFrom = tier }
        if tier != nil { isFull.store(true, ordering: .relaxed) }
    }

    private func limit(for tier: Tier, in state: State, at now: ContinuousClock.Instant) -> Int {
        tier == .t0 ? state.limit.steadyLimit : state.limit.limit(at: now)
    }

    /// What the gate does now, and what it did so far.
    public struct Figures: Hashable, Sendable {
        /// The most that may be in flight.
        public let limit: Int
        /// What is in flight.
        public let inFlight: Int
        /// Whether the limit is halved to see how long work takes without load.
        public let isProbing: Bool
        /// How long work takes without load, in seconds, if that is known yet.
        public let longTermSeconds: Double?
        /// Totals by tier.
        public let tiers: [Tier: LoadShedder.Counters]
        /// Work refused because its deadline had passed.
        public let expired: Int
    }

    /// Its figures now.
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
            if outcome == .dropped, place.deadline?.hasPassed(at: now) == true {
                // Dropped for a deadline of its sender's own: nothing was wrong here, unless it lay about for too long all the same.
                let objective = state.limit.settings.objective
                let tooLong = objective > .zero && place.start.startedAt.duration(to: now) >= objective
                if !tooLong { outcome = .ignored }
            }
            state.limit.end(place.start, outcome, at: now)
        }
    }
}

extension AdaptiveLimit.Outcome {
    /// What a result says of a server when nobody knows better.
    public init<Value, Failure: Error>(of result: Result<Value, Failure>) {
        switch result {
        case .success: self = .success
        case .failure(let error): self = error is CancellationError ? .ignored : .dropped
        }
    }
}
