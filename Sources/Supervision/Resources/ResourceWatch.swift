// A resource that fills up is noticed twice: when much of it is used, and, often hours before, by the slope at which it fills. A
// slope is believed only if it has lasted for a while and the readings lie near a line: a process that loads also grows.

/// Watches one resource that has a ceiling: a disk, memory, descriptors.
///
/// A plain state machine: every function is given the time.
public struct ResourceWatch: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    /// The last assessment; nil before the first reading.
    public private(set) var assessment: Assessment?
    private var trend: LinearTrend

    /// Nothing read yet.
    public init(_ settings: Settings) {
        self.settings = settings
        trend = LinearTrend(window: settings.window)
    }

    /// How pressing it is.
    public enum Level: Int, Hashable, Comparable, Sendable, CaseIterable {
        /// There is enough.
        case normal
        /// Somebody should know.
        case warn
        /// Something is to be done.
        case act

        /// The order of urgency.
        public static func < (first: Level, second: Level) -> Bool { first.rawValue < second.rawValue }
    }

    /// What a reading comes to.
    public struct Assessment: Hashable, Sendable {
        /// How pressing it is.
        public let level: Level
        /// The share that is used.
        public let ratio: Double
        /// When it will be full if it goes on like this; nil if it does not fill, or nothing can be said yet.
        public let timeToFull: Duration?
    }

    /// Takes a reading; nil where there is no ceiling.
    ///
    /// A level is left only when the share has fallen below its threshold by the margin, so that it does not flutter.
    @discardableResult
    public mutating func read(_ usage: Heartbeat.Usage, at now: ContinuousClock.Instant) -> Assessment? {
        guard let ratio = usage.ratio else { return nil }
        trend.add(Double(usage.used), at: now)
        let timeToFull = projection(to: Double(usage.limit))
        // What the share, had it fallen by less than the margin, would still come to.
        let lingering = min(assessment?.level ?? .normal, self.level(ratio: ratio + settings.margin, timeToFull: nil))
        let level = max(self.level(ratio: ratio, timeToFull: timeToFull), lingering)
        assessment = Assessment(level: level, ratio: ratio, timeToFull: timeToFull)
        return assessment
    }

    private func level(ratio: Double, timeToFull: Duration?) -> Level {
        func isWithin(_ bound: Duration?) -> Bool {
            guard let timeToFull, let bound else { return false }
            return timeToFull <= bound
        }
        if ratio >= settings.actRatio || isWithin(settings.actWithin) { return .act }
        return ratio >= settings.warnRatio || isWithin(settings.warnWithin) ? .warn : .normal
    }

    /// When the line reaches the limit, if it can be believed.
    private func projection(to limit: Double) -> Duration? {
        guard let line = trend.line, line.span >= settings.leastSpan, line.fit >= settings.leastFit else { return nil }
        return line.time(to: limit)
    }
}
