// A dependency that fails is left alone for a while: that spares it, and its callers fail at once instead of waiting (Nygard,
// "Release It!", ch. 5). Three states:
//
//     closed ── 5 failures running, or half of the last 20 calls ──→ open
//     open ── its time is over and somebody calls ──→ half-open
//     half-open ── all trial calls went well ──→ closed
//               └─ one failed, or has not come back when the time is up ──→ open, twice as long
//
// A slow call is a failure, whatever came of it. Half-open ends by itself: a breaker that waits for trial calls which never report
// stays half-open for ever and refuses everybody (Resilience4j issues 903, 935, 1389). Each permit names the era it was given in,
// so that an answer from before the last change of state says nothing about the new one.

/// Stops calls to a dependency that fails, and tries again later.
///
/// A plain state machine: every function is given the time, which must not run backwards. Cost: constant.
public struct CircuitBreaker: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// What happened so far.
    public private(set) var counters = Counters()
    private var phase = Phase.closed(RecentCalls())
    /// Counts the changes of state.
    private var era: UInt64 = 0
    private var lastPermit: UInt64 = 0
    /// How often it opened since it was last closed.
    private(set) var openings = 0

    private enum Phase {
        case closed(RecentCalls)
        case open(until: ContinuousClock.Instant)
        case halfOpen(Trial)
    }

    private struct Trial {
        var endsAt: ContinuousClock.Instant
        var outstanding: Set<UInt64> = []
        var successes = 0
    }

    /// Closed, with nothing known.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// What it does with calls.
    public enum State: Hashable, Sendable {
        /// All are made.
        case closed
        /// None is made; the first after this moment begins the trial.
        case open(until: ContinuousClock.Instant)
        /// A few are made to see; it is over at this moment at the latest.
        case halfOpen(until: ContinuousClock.Instant)
    }

    /// The state at this moment.
    public func state(at now: ContinuousClock.Instant) -> State {
        var settled = self
        settled.settle(at: now)
        return switch settled.phase {
        case .closed: .closed
        case .open(let until): .open(until: until)
        case .halfOpen(let trial): .halfOpen(until: trial.endsAt)
        }
    }

    /// Why a call is not made.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is open, for so much longer.
        case open(retryAfter: Duration)
        /// It is half-open and the trial calls are under way; they are judged within this time.
        case halfOpen(retryAfter: Duration)
    }

    /// The right to make one call; to be finished once.
    public struct Permit: Hashable, Sendable {
        /// When it was given.
        public let startedAt: ContinuousClock.Instant
        fileprivate let era: UInt64
        fileprivate let number: UInt64
    }

    /// How a call went.
    public enum Outcome: Hashable, Sendable {
        /// The dependency did its work. An answer that says no is a success.
        case success
        /// It did not, or not in time.
        case failure
        /// Nothing was learnt of it: the caller went away, or the call was never sent.
        case ignored
    }

    /// A permit for one call, or the refusal.
    public mutating func permit(at now: ContinuousClock.Instant) throws(Refusal) -> Permit {
        settle(at: now)
        if case .open(let until) = phase, now >= until {
            enter(.halfOpen(Trial(endsAt: now + settings.longestTrial)))
            counters.halfOpened += 1
        }
        switch phase {
        case .closed: break
        case .open(let until):
            counters.refused += 1
            throw .open(retryAfter: now.duration(to: until))
        case .halfOpen(var trial):
            guard trial.outstanding.count + trial.successes < settings.trialCalls else {
                counters.refused += 1
                throw .halfOpen(retryAfter: now.duration(to: trial.endsAt))
            }
            trial.outstanding.insert(lastPermit + 1)
            phase = .halfOpen(trial)
        }
        lastPermit += 1
        counters.permitted += 1
        return Permit(startedAt: now, era: era, number: lastPermit)
    }

    /// Takes note of how a call went.
    ///
    /// A call that took `slowAfter` or longer failed, whatever is said of it.
    public mutating func finish(_ permit: Permit, _ outcome: Outcome, at now: ContinuousClock.Instant) {
        settle(at: now)
        let isSlow = permit.startedAt.duration(to: now) >= settings.slowAfter
        let outcome = isSlow ? .failure : outcome
        counters.count(outcome, isSlow: isSlow)
        guard permit.era == era else {
            counters.late += 1
            return
        }
        switch phase {
        case .open: break
        case .closed(var recent):
            guard outcome != .ignored else { return }
            recent.append(isFailure: outcome == .failure, window: settings.window)
            phase = .closed(recent)
            if recent.areBad(settings) { open(at: now) }
        case .halfOpen(var trial):
            guard trial.outstanding.remove(permit.number) != nil else { return }
            if outcome == .success { trial.successes += 1 }
            phase = .halfOpen(trial)
            if outcome == .failure {
                open(at: now)
            } else if trial.successes == settings.trialCalls {
                close()
            }
        }
    }

    /// Ends a trial whose time is up, by what has come back.
    private mutating func settle(at now: ContinuousClock.Instant) {
        guard case .halfOpen(let trial) = phase, now >= trial.endsAt else { return }
        counters.abandoned += trial.outstanding.count
        if trial.outstanding.isEmpty, trial.successes > 0 {
            close()
        } else {
            open(at: trial.endsAt)
        }
    }

    private mutating func open(at moment: ContinuousClock.Instant) {
        openings += 1
        counters.opened += 1
        enter(.open(until: moment + settings.openTime(opening: openings)))
    }

    private mutating func close() {
        openings = 0
        counters.closed += 1
        enter(.closed(RecentCalls()))
    }

    private mutating func enter(_ next: Phase) {
        era += 1
        phase = next
    }
}
