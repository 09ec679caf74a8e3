/// Totals that only grow, over a recent window: the first and the last of them give the difference.
public struct RecentTotals<Totals: Sendable>: Sendable {
    /// How far back it looks.
    public let window: Duration
    private var readings: [(at: ContinuousClock.Instant, totals: Totals)] = []

    /// A window without readings.
    public init(over window: Duration) {
        precondition(window > .zero, "a window has some length")
        self.window = window
    }

    /// Adds the current totals, and removes those older than the window.
    public mutating func add(_ totals: Totals, at now: ContinuousClock.Instant) {
        let window = window
        readings.removeAll { $0.at.duration(to: now) > window }
        readings.append((now, totals))
    }

    /// The first and the last totals within the window; nil before the first reading.
    public var ends: (first: Totals, last: Totals)? {
        readings.first.flatMap { first in readings.last.map { (first.totals, $0.totals) } }
    }
}

extension RecentTotals<Heartbeat.Requests> {
    /// Requests answered within the window.
    public var requests: Heartbeat.Requests {
        guard let ends else { return Heartbeat.Requests() }
        return ends.last - ends.first
    }
}
