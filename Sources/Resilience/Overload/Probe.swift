// A look at how long work takes without load. It follows the first pieces of work that begin while the limit is halved, until all
// of them have ended. To take those that end first instead would be to take the short ones, and the limit would come out too low.

/// Pieces of work that began under half of the limit, and how long they took.
struct Probe: Hashable, Sendable {
    let startedAt: ContinuousClock.Instant
    /// The limit while it lasts.
    let limit: Int
    /// How many pieces of work it looks at.
    let wanted: Int
    private var began = 0
    private var ended = 0
    private var drops = 0
    /// The time taken so far, of those that ended and of those that did not.
    private var endedSeconds = 0.0
    private var startsOfOthers = 0.0

    init(startedAt: ContinuousClock.Instant, limit: Int, wanted: Int) {
        self.startedAt = startedAt
        self.limit = limit
        self.wanted = wanted
    }

    /// Somebody begins; whether the probe looks at it.
    mutating func begin(inFlight: Int, at now: ContinuousClock.Instant) -> Bool {
        guard inFlight <= limit, began < wanted else { return false }
        began += 1
        startsOfOthers += offset(now)
        return true
    }

    /// One of those it looks at ends.
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

    /// Whether all that it wanted to see has been seen.
    var isComplete: Bool { ended == wanted }

    /// Whether so much of it was dropped.
    func hasDropped(percent: Int) -> Bool {
        drops > 0 && drops * 100 >= percent * ended
    }

    /// The mean time; nil if fewer than `least` ended, or most are still under way.
    ///
    /// Those count with the time they took so far.
    func meanSeconds(least: Int, at now: ContinuousClock.Instant) -> Double? {
        let others = began - ended
        guard ended >= min(least, wanted), ended >= others else { return nil }
        return (endedSeconds + Double(others) * offset(now) - startsOfOthers) / Double(began)
    }

    private func offset(_ moment: ContinuousClock.Instant) -> Double {
        startedAt.duration(to: moment) / .seconds(1)
    }
}
