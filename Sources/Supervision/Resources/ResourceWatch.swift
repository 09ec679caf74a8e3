// A resource that fills up is noticed in two ways: when much of it is used, and, often hours before, by the slope at which it
// fills. A slope counts only if it has lasted for a while and the readings lie near a line: a process that loads also grows.

/// Watches one resource that has a limit: a disk, memory, descriptors.
///
/// A plain state machine: every function takes the time.
public struct ResourceWatch: Sendable {
    /// The settings.
    public let settings: Settings
    /// The last assessment; nil before the first reading.
    public private(set) var assessment: Assessment?
    private var trend: LinearTrend

    /// A watch without readings.
    public init(_ settings: Settings) {
        self.settings = settings
        trend = LinearTrend(window: settings.window)
    }

    /// How urgent the state of a resource is.
    public enum Level: Int, Hashable, Comparable, Sendable, CaseIterable {
        /// Enough is free.
        case normal
        /// An operator should know.
        case warn
        /// A repair is needed.
        case act

        /// The order of urgency.
        public static func < (first: Level, second: Level) -> Bool { first.rawValue < second.rawValue }
    }

    /// The assessment of a reading.
    public struct Assessment: Hashable, Sendable {
        /// How urgent it is.
        public let level: Level
        /// The used share.
        public let ratio: Double
        /// When it will be full at the current slope; nil if it does not fill, or the slope is not known yet.
        public let timeToFull: Duration?
    }

    /// Adds a reading; nil where there is no limit.
    ///
    /// A level ends only when the share has fallen below its threshold by the margin, so that the level does not flutter.
    @discardableResult
    public mutating func read(_ usage: Heartbeat.Usage, at now: ContinuousClock.Instant) -> Assessment? {
        guard let ratio = usage.ratio else { return nil }
        trend.add(Double(usage.used), at: now)
        let timeToFull = projection(to: Double(usage.limit))
        // The last level stays as long as the share plus the margin still reaches it.
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

    /// When the line reaches the limit; nil if the slope does not count.
    private func projection(to limit: Double) -> Duration? {
        guard let line = trend.line, line.span >= settings.leastSpan, line.fit >= settings.leastFit else { return nil }
        return line.time(to: limit)
    }
}
