/// Pieces of work that ended one after another, added up.
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
    /// The time of one that was dropped counts only if it was long: to fail quickly is not to be quick.
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

    /// Whether so much of it was dropped.
    func hasDropped(percent: Int) -> Bool {
        drops > 0 && drops * 100 >= percent * count
    }

    /// The mean time; nil if no time counts.
    var meanSeconds: Double? { timed == 0 ? nil : seconds / Double(timed) }
}
