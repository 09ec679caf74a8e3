/// Totals that only grow, as they were over the last while: the first and the last of them say what came in between.
public struct RecentTotals<Totals: Sendable>: Sendable {
    /// How far back it looks.
    public let window: Duration
    private var readings: [(at: ContinuousClock.Instant, totals: Totals)] = []

    /// Nothing read yet.
    public init(over window: Duration) {
        precondition(window > .zero, "a window has some length")
        self.window = window
    }

    /// Takes what the totals are now, and forgets what is older than the window.
    public mutating func add(_ totals: Totals, at now: ContinuousClock.Instant) {
        let window = window
        readings.removeAll { $0.at.duration(to: now) > window }
        readings.append((now, totals))
    }

    /// The totals at the window's beginning and now; nil before the first reading.
    public var ends: (first: Totals, last: Totals)? {
        readings.first.flatMap { first in readings.last.map { (first.totals, $0.totals) } }
    }
}

extension RecentTotals<Heartbeat.Requests> {
    /// What was answered within the window.
    public var requests: Heartbeat.Requests {
        guard let ends else { return Heartbeat.Requests() }
        return ends.last - ends.first
    }
}
