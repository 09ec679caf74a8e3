// A release that cannot stay up must not be started for ever: each start costs the processors that its neighbours need. Three
// states, as of a circuit breaker:
//
//     closed ── 5 crashes in 30 s ──→ open
//     open ── its time is over, and somebody wants to start one ──→ half-open: one probe
//     half-open ── the probe stayed up for the quiet time ──→ closed
//               └─ it crashed ──→ open, twice as long
//
// Only a replica that had not been up for the quiet time counts: many that had served for an hour and are killed at one stroke
// are no loop, and are started again at once. One that had served never opens it: a shop that is open for a moment, again and again, is
// better than one that is closed, and what ends its replicas may be a request, or somebody from outside. It is said all the same.

/// Says when replicas of one release may be started again after crashes.
///
/// A plain state machine: every function is given the time, which must not run backwards. All replicas of a release share one.
public struct CrashLoop: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// Crashes so far, of whatever age.
    public private(set) var crashes = 0
    private var phase = Phase.closed
    /// When the last early crashes were, oldest first; never more than open it.
    private var recent: [ContinuousClock.Instant] = []
    private var failuresRunning = 0
    private var openings = 0
    private var lastCrash: ContinuousClock.Instant?

    private enum Phase {
        case closed
        case open(until: ContinuousClock.Instant)
        case halfOpen(since: ContinuousClock.Instant)
    }

    /// Nothing has crashed yet.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// What is to be done after a crash.
    public enum Decision: Hashable, Sendable {
        /// Start another one after this pause.
        case restart(after: Duration)
        /// The release crashes in a loop: start none before this moment, and say so.
        case open(until: ContinuousClock.Instant)
    }

    /// A replica crashed, or could not be spawned (then its uptime is nothing).
    ///
    /// - Parameters:
    ///   - hasServed: whether it had got as far as to serve.
    ///   - random: a number drawn evenly from 0 up to, but not including, 1.
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
        // One from before the trial says nothing about the probe.
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
        /// It may.
        case granted
        /// It may, alone: the release is on trial.
        case probe
        /// Not before so much time has passed.
        case refused(retryAfter: Duration)
    }

    /// Asks to start a replica now; `probe` is given to one caller only, who then starts it or says that it crashed.
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

    /// Whether the release is held to crash in a loop.
    public func isLooping(at now: ContinuousClock.Instant) -> Bool {
        var settled = self
        settled.settle(at: now)
        guard case .closed = settled.phase else { return true }
        return settled.recent.count { $0.duration(to: now) < settings.window } >= settings.crashes
    }

    /// Forgets what a quiet time has made good.
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
