/// Totals of the pieces of work that ended within one window.
struct SampleWindow: Hashable, Sendable {
    let startedAt: ContinuousClock.Instant
    private(set) var count = 0
    private(set) var mostInFlight = 0
    private var drops = 0
    private var timed = 0
    private var seconds = 0.0

    init(startedAt: ContinuousClock.Instant) {
        self.startedAt = startedAt
    }

    /// Adds a piece of work.
    ///
    /// The latency of dropped work counts only if it was long: failing quickly does not mean that the server is fast.
    mutating func add(seconds taken: Double, inFlight: Int, isDropped: Bool, longTermSeconds: Double?) {
        count += 1
        mostInFlight = max(mostInFlight, inFlight)
        if isDropped {
            drops += 1
            guard let longTermSeconds, taken > longTermSeconds else { return }
        }
        timed += 1
        seconds += taken
    }

    /// Whether at least this share of its work was dropped.
    func hasDropped(percent: Int) -> Bool {
        drops > 0 && drops * 100 >= percent * count
    }

    /// The mean latency; nil if none counts.
    var meanSeconds: Double? { timed == 0 ? nil : seconds / Double(timed) }
}
