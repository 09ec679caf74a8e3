// A release that cannot stay up must not be restarted without end: each start takes processor time from its neighbours. Three
// states, as of a circuit breaker:
//
//     closed ── 5 crashes in 30 s ──→ open
//     open ── its time is over, and the supervisor asks to start a replica ──→ half-open: one probe
//     half-open ── the probe stayed up for the quiet time ──→ closed
//               └─ it crashed ──→ open, twice as long
//
// Only a crash of a replica that had not been up for the quiet time counts: many replicas that had served for an hour and are
// killed at once are not a loop, and are restarted at once. A replica that had served never opens the loop: a shop that is up for
// moments is better than one that is down, and the cause may be a request, or a signal from outside. The loop is reported all the
// same.

/// Decides when replicas of one release may be restarted after crashes.
///
/// A plain state machine: every function takes the time, which must not run backwards. All replicas of a release share one.
public struct CrashLoop: Sendable {
    /// The settings.
    public let settings: Settings
    /// Number of crashes so far, of any age.
    public private(set) var crashes = 0
    private var phase = Phase.closed
    /// The times of the last early crashes, oldest first; at most as many as open the loop.
    private var recent: [ContinuousClock.Instant] = []
    private var failuresRunning = 0
    private var openings = 0
    private var lastCrash: ContinuousClock.Instant?

    private enum Phase {
        case closed
        case open(until: ContinuousClock.Instant)
        case halfOpen(since: ContinuousClock.Instant)
    }

    /// A loop without crashes.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// What to do after a crash.
    public enum Decision: Hashable, Sendable {
        /// Start another replica after this pause.
        case restart(after: Duration)
        /// The release crashes in a loop: start no replica before this moment, and report it.
        case open(until: ContinuousClock.Instant)
    }

    /// A replica crashed, or could not be spawned (with an uptime of zero).
    ///
    /// - Parameters:
    ///   - hasServed: whether the replica had begun to serve.
    ///   - random: a uniform number from 0 up to, but not including, 1.
    public mutating func crashed(
        uptime: Duration,
        hasServed: Bool = false,
        random: Double,
        at now: ContinuousClock.Instant
    ) -> Decision {
        precondition((0..<1).contains(random), "random is not within 0..<1")
        settle(at: now)
        crashes += 1
        let wasWell = uptime >= settings.quietTime
        if hasServed, !wasWell, case .halfOpen = phase {
            phase = .closed
            reset()
        }
        switch phase {
        case .open(let until): return .open(until: until)
        // A replica from before the trial says nothing about the probe.
        case .halfOpen(let since): return wasWell ? .open(until: since + settings.quietTime) : open(at: now)
        case .closed: break
        }
        guard !wasWell else { return .restart(after: settings.pause(failure: 1, random: random)) }
        lastCrash = now
        failuresRunning += 1
        recent = (recent.filter { $0.duration(to: now) < settings.window } + [now]).suffix(settings.crashes)
        let pause = settings.pause(failure: failuresRunning, random: random)
        if hasServed { return .restart(after: min(pause, settings.servedCap)) }
        guard recent.count < settings.crashes else { return open(at: now) }
        return .restart(after: pause)
    }

    /// Whether a replica may be started.
    public enum Permission: Hashable, Sendable {
        /// Yes.
        case granted
        /// Yes, but only one: the release is on trial.
        case probe
        /// Not before this much time has passed.
        case refused(retryAfter: Duration)
    }

    /// Asks to start a replica now; `probe` is given to one caller only, who must either start it or report a crash.
    public mutating func start(at now: ContinuousClock.Instant) -> Permission {
        settle(at: now)
        switch phase {
        case .closed: return .granted
        case .open(let until) where now < until: return .refused(retryAfter: now.duration(to: until))
        case .open:
            phase = .halfOpen(since: now)
            return .probe
        case .halfOpen(let since): return .refused(retryAfter: now.duration(to: since + settings.quietTime))
        }
    }

    /// Whether the release counts as crashing in a loop.
    public func isLooping(at now: ContinuousClock.Instant) -> Bool {
        var settled = self
        settled.settle(at: now)
        guard case .closed = settled.phase else { return true }
        return settled.recent.count { $0.duration(to: now) < settings.window } >= settings.crashes
    }

    /// Clears the history after a quiet time.
    private mutating func settle(at now: ContinuousClock.Instant) {
        if case .halfOpen(let since) = phase, now >= since + settings.quietTime {
            phase = .closed
            reset()
        } else if case .closed = phase, let lastCrash, lastCrash.duration(to: now) >= settings.quietTime {
            reset()
        }
    }

    private mutating func reset() {
        recent = []
        failuresRunning = 0
        openings = 0
        lastCrash = nil
    }

    private mutating func open(at now: ContinuousClock.Instant) -> Decision {
        openings += 1
        recent = []
        let until = now + settings.openTime(opening: openings)
        phase = .open(until: until)
        return .open(until: until)
    }
}
