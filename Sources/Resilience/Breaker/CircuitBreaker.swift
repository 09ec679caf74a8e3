// A dependency that fails is not called for a while: that relieves the dependency, and its callers fail at once instead of
// waiting (Nygard, "Release It!", ch. 5). Three states:
//
//     closed ── 5 failures in a row, or half of the last 20 calls ──→ open
//     open ── its time is over and a call asks for a permit ──→ half-open
//     half-open ── all trial calls succeeded ──→ closed
//               └─ one failed, or has not returned when the time is up ──→ open, twice as long
//
// A slow call counts as a failure, whatever its result. The half-open state ends by itself: a breaker that waits for trial calls
// which never report would stay half-open for ever and refuse every call (Resilience4j issues 903, 935, 1389). Each permit holds
// the era in which it was given, so the result of a call from before the last change of state says nothing about the new state.

/// Stops calls to a dependency that fails, and tries again later.
///
/// A plain state machine: every function takes the time, which must not run backwards. Cost: constant.
public struct CircuitBreaker: Sendable {
    /// The settings.
    public let settings: Settings
    /// Totals since the start.
    public private(set) var counters = Counters()
    private var phase = Phase.closed(RecentCalls())
    /// Counts the changes of state.
    private var era: UInt64 = 0
    private var lastPermit: UInt64 = 0
    /// How often the breaker opened since it was last closed.
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

    /// A closed breaker without history.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Which calls the breaker allows.
    public enum State: Hashable, Sendable {
        /// All calls.
        case closed
        /// No call; the first call after this moment begins the trial.
        case open(until: ContinuousClock.Instant)
        /// A few trial calls; the state ends at this moment at the latest.
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

    /// Why a call is refused.
    ///
    /// A refused call was not made, so it may be tried again after `retryAfter`.
    public enum Refusal: Error, Hashable, Sendable {
        /// The breaker is open for this long.
        case open(retryAfter: Duration)
        /// The breaker is half-open and all trial calls are under way; they are judged within this time.
        case halfOpen(retryAfter: Duration)
    }

    /// The right to make one call; must be passed to `finish` once.
    public struct Permit: Hashable, Sendable {
        /// When the permit was given.
        public let startedAt: ContinuousClock.Instant
        fileprivate let era: UInt64
        fileprivate let number: UInt64
    }

    /// The result of a call, as far as it concerns the dependency.
    public enum Outcome: Hashable, Sendable {
        /// The dependency did its work. A proper refusal is a success.
        case success
        /// The dependency failed, or was too slow.
        case failure
        /// The result says nothing: the caller was cancelled, or the call was never sent.
        case ignored
    }

    /// A permit for one call.
    ///
    /// - Throws: ``Refusal``, with the time after which a new attempt makes sense.
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

    /// Records the result of a call.
    ///
    /// A call that took `slowAfter` or longer counts as failed, whatever its outcome.
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

    /// Ends a trial whose time is up, judged by the calls that have returned.
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
