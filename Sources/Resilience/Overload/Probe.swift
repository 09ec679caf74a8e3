// A measurement of the latency without load. It follows the first pieces of work that begin while the limit is halved, until all
// of them have ended. Measuring the first ones to end instead would select short ones, and the limit would come out too low.

/// Pieces of work that began under half of the limit, and how long they took.
struct Probe: Hashable, Sendable {
    let startedAt: ContinuousClock.Instant
    /// The limit during the probe.
    let limit: Int
    /// How many pieces of work it measures.
    let wanted: Int
    private var began = 0
    private var ended = 0
    private var drops = 0
    /// The total time so far, of ended and of unfinished work.
    private var endedSeconds = 0.0
    private var startsOfOthers = 0.0

    init(startedAt: ContinuousClock.Instant, limit: Int, wanted: Int) {
        self.startedAt = startedAt
        self.limit = limit
        self.wanted = wanted
    }

    /// A piece of work begins; returns whether the probe measures it.
    mutating func begin(inFlight: Int, at now: ContinuousClock.Instant) -> Bool {
        guard inFlight <= limit, began < wanted else { return false }
        began += 1
        startsOfOthers += offset(now)
        return true
    }

    /// A piece of work that the probe measures has ended.
    mutating func end(
        startedAt start: ContinuousClock.Instant,
        _ outcome: AdaptiveLimit.Outcome,
        at now: ContinuousClock.Instant
    ) {
        startsOfOthers -= offset(start)
        guard outcome != .ignored else {
            began -= 1
            return
        }
        ended += 1
        endedSeconds += offset(now) - offset(start)
        if outcome == .dropped { drops += 1 }
    }

    /// Whether all work that it measures has ended.
    var isComplete: Bool { ended == wanted }

    /// Whether at least this share of its work was dropped.
    func hasDropped(percent: Int) -> Bool {
        drops > 0 && drops * 100 >= percent * ended
    }

    /// The mean latency; nil if fewer than `least` have ended, or most are still in flight.
    ///
    /// Unfinished work counts with its time so far.
    func meanSeconds(least: Int, at now: ContinuousClock.Instant) -> Double? {
        let others = began - ended
        guard ended >= min(least, wanted), ended >= others else { return nil }
        return (endedSeconds + Double(others) * offset(now) - startsOfOthers) / Double(began)
    }

    private func offset(_ moment: ContinuousClock.Instant) -> Double {
        startedAt.duration(to: moment) / .seconds(1)
    }
}
