/// The last intervals between arrivals, in seconds.
struct ArrivalWindow: Sendable {
    private let capacity: Int
    private var intervals: [Double] = []
    /// Where the oldest is overwritten, once it is full.
    private var next = 0

    /// A window that begins as if two intervals had been seen, a quarter below and above what is expected.
    ///
    /// That gives the first judgement a mean and a deviation of the right size (as in Akka).
    init(capacity: Int, expecting interval: Duration) {
        self.capacity = capacity
        add(interval.seconds * 0.75)
        add(interval.seconds * 1.25)
    }

    mutating func add(_ seconds: Double) {
        if intervals.count < capacity {
            intervals.append(seconds)
        } else {
            intervals[next] = seconds
            next = (next + 1) % capacity
        }
    }

    var mean: Double { intervals.reduce(0, +) / Double(intervals.count) }

    /// The deviation about the mean, in two passes, so that nothing is lost to cancellation.
    var standardDeviation: Double {
        let mean = mean
        let squares = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(intervals.count)).squareRoot()
    }
}
