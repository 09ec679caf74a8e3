import Time

/// The last intervals between heartbeats, in seconds.
struct ArrivalWindow: Sendable {
    private let capacity: Int
    private var intervals: [Double] = []
    /// The index of the oldest interval, which is overwritten next once the window is full.
    private var next = 0

    /// A window that begins with two invented intervals, a quarter below and a quarter above the expected one.
    ///
    /// So the first judgement has a mean and a deviation of the right size (as in Akka).
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

    /// The standard deviation, computed in two passes to avoid cancellation.
    var standardDeviation: Double {
        let mean = mean
        let squares = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(intervals.count)).squareRoot()
    }
}
