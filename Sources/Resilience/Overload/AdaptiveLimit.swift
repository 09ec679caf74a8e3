// How much work in flight a server can take is not known beforehand and changes, so it is measured by latency. While the latency
// stays as it is without load, nothing queues and the limit may grow; when the latency rises, the limit shrinks:
//
//     gradient = within 0.5...1 of (tolerance × long-term latency / latency of the last window)
//     limit    ← limit + smoothing × (limit × gradient + queue − limit)
//
// This is Gradient2 of Netflix' concurrency-limits, with its known problems removed:
//
// - Timeouts and errors shrink the limit (× 0.9 for a window with too many); there, a server that only timed out was given more
//   and more work (issue 137).
// - The limit does not grow while less than half of it is used: an idle server proves nothing.
// - The long-term latency must be one without load; otherwise it follows the load, and the limit drifts to its maximum (issue
//   165). It is learnt from windows in which less than half of the limit was used. Only when there was none for `probeEvery` is
//   the limit halved for a moment, until a few pieces of work that began under half of it have ended: a probe. Envoy's adaptive
//   concurrency clamps the limit to a handful for that and refuses nearly everything (issue 8337); half of the limit still
//   serves, and a probe ends after `longestProbe` even if no work ends.

// Work that is done in groups takes longer under load although nothing is wrong: the groups grow. For such a server `objective`
// is the latency that is fine in any case; the limit then follows the work that is done in time, instead of the latency without
// load.

/// A limit on work in flight that adapts to the server's capacity.
///
/// A plain state machine: its owner reports the begin and end of each piece of work, with times that do not run backwards.
/// Invariant: `least ≤ limit ≤ most`. Cost: constant.
public struct AdaptiveLimit: Sendable {
    /// The settings.
    public let settings: Settings
    /// The steady limit, not rounded.
    private var estimate: Double
    /// The latency without load, in seconds; nil until the first window is complete.
    public private(set) var longTermSeconds: Double?
    private var window: SampleWindow
    private var probe: Probe?
    private var probes: UInt64 = 0
    private var probeDueAt: ContinuousClock.Instant

    /// Begins with the initial limit.
    ///
    /// The first window under load is followed by a probe at once.
    public init(_ settings: Settings = Settings(), at now: ContinuousClock.Instant) {
        self.settings = settings
        estimate = Double(settings.initial)
        window = SampleWindow(startedAt: now)
        probeDueAt = now
    }

    /// The most work that may be in flight at this moment.
    public func limit(at now: ContinuousClock.Instant) -> Int {
        guard let probe, isProbing(at: now) else { return steadyLimit }
        return probe.limit
    }

    /// The most work that may be in flight when no probe is under way; for work that a probe must not slow down.
    public var steadyLimit: Int { Int(estimate) }

    /// Whether the limit is halved at this moment, to measure the latency without load.
    public func isProbing(at now: ContinuousClock.Instant) -> Bool {
        guard let probe else { return false }
        return probe.startedAt.duration(to: now) < settings.longestProbe
    }

    /// The result of a piece of work.
    public enum Outcome: Hashable, Sendable {
        /// It was done.
        case success
        /// It failed, or came too late.
        case dropped
        /// It says nothing about the server: the client went away, or asked for something impossible.
        case ignored
    }

    /// A piece of work in flight; must be passed to `end` once.
    public struct Start: Hashable, Sendable {
        /// When it began.
        public let startedAt: ContinuousClock.Instant
        /// The work in flight at that moment, this one included.
        public let inFlight: Int
        /// The number of the probe that measures it; nil for none.
        fileprivate let probe: UInt64?
    }

    /// Records that a piece of work begins.
    ///
    /// - Parameter inFlight: the work in flight now, this one included.
    public mutating func begin(inFlight: Int, at now: ContinuousClock.Instant) -> Start {
        endProbeIfOver(at: now)
        let isProbed = probe?.begin(inFlight: inFlight, at: now) == true
        return Start(startedAt: now, inFlight: inFlight, probe: isProbed ? probes : nil)
    }

    /// Records the end of a piece of work, and adjusts the limit when a window is complete.
    public mutating func end(_ start: Start, _ outcome: Outcome, at now: ContinuousClock.Instant) {
        endProbeIfOver(at: now)
        if probe != nil {
            // Work that began under the full limit says nothing about the latency without load.
            guard start.probe == probes else { return }
            probe?.end(startedAt: start.startedAt, outcome, at: now)
            endProbeIfOver(at: now)
        } else if outcome != .ignored {
            window.add(
                seconds: start.startedAt.duration(to: now) / .seconds(1),
                inFlight: start.inFlight,
                isDropped: outcome == .dropped,
                longTermSeconds: longTermSeconds
            )
            endWindowIfOver(at: now)
        }
    }

    private mutating func endWindowIfOver(at now: ContinuousClock.Instant) {
        guard window.count >= settings.windowSamples, window.startedAt.duration(to: now) >= settings.window else {
            return
        }
        let isTooSlow = settings.objective > .zero && !isWithinObjective(window)
        // The work in flight while latency is too high is too much, however far below the limit.
        if isTooSlow { set(min(estimate, Double(window.mostInFlight))) }
        let isLoaded = Double(2 * window.mostInFlight) >= estimate
        if window.hasDropped(percent: settings.dropPercent) {
            shrink()
        } else if let seconds = window.meanSeconds {
            learn(seconds, weight: isLoaded ? settings.loadedWeight : settings.quietWeight)
            if isLoaded { follow(seconds) }
        }
        let isWellEnough = !isLoaded || isWithinObjective(window)
        window = SampleWindow(startedAt: now)
        if isWellEnough {
            probeDueAt = now + settings.probeEvery
        } else if now >= probeDueAt {
            probes += 1
            let half = max(settings.least, steadyLimit / 2)
            probe = Probe(startedAt: now, limit: half, wanted: settings.probeSamples)
        }
    }

    private func isWithinObjective(_ window: SampleWindow) -> Bool {
        window.meanSeconds.map { $0 <= settings.objective / .seconds(1) } ?? false
    }

    private mutating func endProbeIfOver(at now: ContinuousClock.Instant) {
        guard let probe, probe.isComplete || !isProbing(at: now) else { return }
        if probe.hasDropped(percent: settings.dropPercent) {
            shrink()
        } else if let seconds = probe.meanSeconds(least: settings.windowSamples, at: now) {
            longTermSeconds = seconds
        }
        // Slow servers need long probes; those are less frequent, so that at most a twentieth of the time is spent probing.
        let length = min(probe.startedAt.duration(to: now), settings.longestProbe)
        probeDueAt = now + max(settings.probeEvery, length * 20)
        self.probe = nil
        window = SampleWindow(startedAt: now)
    }

    private mutating func learn(_ seconds: Double, weight: Double) {
        longTermSeconds = longTermSeconds.map { $0 + weight * (seconds - $0) } ?? seconds
    }

    private mutating func follow(_ seconds: Double) {
        guard let longTermSeconds, seconds > 0 else { return }
        let enough = max(settings.tolerance * longTermSeconds, settings.objective / .seconds(1))
        let gradient = max(0.5, min(1, enough / seconds))
        set(estimate + settings.smoothing * (estimate * gradient + Double(settings.queue) - estimate))
    }

    private mutating func shrink() {
        set(estimate * settings.dropFactor)
    }

    private mutating func set(_ wanted: Double) {
        estimate = max(Double(settings.least), min(Double(settings.most), wanted))
    }
}
