import Time

/// The straight line through the readings of a window, by least squares.
///
/// Cost: one pass over the readings for each `line` or `time(to:)`.
public struct LinearTrend: Sendable {
    /// How far back readings count.
    public let window: Duration
    /// The most readings that are kept.
    public static let capacity = 1024

    private var readings: [(at: ContinuousClock.Instant, value: Double)] = []

    /// A trend without readings.
    public init(window: Duration) {
        precondition(window > .zero, "a window has some length")
        self.window = window
    }

    /// Adds a reading; one that is not later than the last is ignored.
    public mutating func add(_ value: Double, at now: ContinuousClock.Instant) {
        if let last = readings.last, last.at >= now { return }
        let window = window
        readings.removeAll { $0.at.duration(to: now) > window }
        if readings.count == Self.capacity { readings.removeFirst() }
        readings.append((now, value))
    }

    /// Removes all readings.
    public mutating func reset() {
        readings = []
    }

    /// The line through the readings.
    public struct Line: Hashable, Sendable {
        /// The change per second.
        public let slope: Double
        /// The line's value at the last reading.
        public let value: Double
        /// The share of the readings' variance that the line explains, from 0 to 1.
        public let fit: Double
        /// The time from the first to the last reading.
        public let span: Duration
    }

    /// The line; nil with fewer than three readings.
    public var line: Line? {
        guard let first = readings.first, let last = readings.last, readings.count >= 3 else { return nil }
        let count = Double(readings.count)
        let span = first.at.duration(to: last.at)
        // Centred on the means, so that large values with a small slope keep their digits.
        let times = readings.map { first.at.duration(to: $0.at).seconds }
        let meanTime = times.reduce(0, +) / count
        let meanValue = readings.reduce(0) { $0 + $1.value } / count
        var timeSquares = 0.0
        var valueSquares = 0.0
        var products = 0.0
        for (time, reading) in zip(times, readings) {
            timeSquares += (time - meanTime) * (time - meanTime)
            valueSquares += (reading.value - meanValue) * (reading.value - meanValue)
            products += (time - meanTime) * (reading.value - meanValue)
        }
        let slope = products / timeSquares
        let fit = valueSquares > 0 ? slope * products / valueSquares : 0
        return Line(slope: slope, value: meanValue + slope * (span.seconds - meanTime), fit: min(fit, 1), span: span)
    }
}

extension LinearTrend.Line {
    /// The time until the line reaches a ceiling; nil if it does not rise, or not within a century.
    public func time(to ceiling: Double) -> Duration? {
        guard slope > 0 else { return nil }
        let seconds = (ceiling - value) / slope
        guard seconds < 100 * 365 * 86_400 else { return nil }
        return .seconds(max(0, seconds))
    }
}
