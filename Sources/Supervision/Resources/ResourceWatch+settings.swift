import Ranges

extension ResourceWatch {
    /// The thresholds of a resource.
    public struct Settings: Hashable, Sendable {
        /// The used share at which an operator is warned.
        public let warnRatio: Double
        /// The used share at which a repair begins.
        public let actRatio: Double
        /// An operator is warned if the resource will be full within this time; nil where a slope alone is no reason.
        public let warnWithin: Duration?
        /// A repair begins if the resource will be full within this time; nil where a slope alone is no reason.
        public let actWithin: Duration?
        /// The window of the slope.
        public let window: Duration
        /// The slope counts once the readings span this much time.
        public let leastSpan: Duration
        /// The slope counts if it explains this share of the readings' variance.
        public let leastFit: Double
        /// A level ends when the share has fallen this far below its threshold.
        public let margin: Double

        /// Settings; shares from 0 to 1, the first threshold not above the second (a fault otherwise).
        public init(
            warnRatio: Double,
            actRatio: Double,
            warnWithin: Duration? = .seconds(4 * 3600),
            actWithin: Duration? = nil,
            window: Duration = .seconds(600),
            leastSpan: Duration = .seconds(60),
            leastFit: Double = 0.8,
            margin: Double = 0.02
        ) {
            self.warnRatio = (0.0...1.0).holding(warnRatio, "warnRatio")
            self.actRatio = (warnRatio...1.0).holding(actRatio, "actRatio")
            self.warnWithin = warnWithin
            self.actWithin = actWithin
            self.window = (Duration.seconds(1)...Duration.seconds(86_400)).holding(window, "window")
            self.leastSpan = (Duration.zero...window).holding(leastSpan, "leastSpan")
            self.leastFit = (0.0...1.0).holding(leastFit, "leastFit")
            self.margin = (0.0...0.2).holding(margin, "margin")
        }

        /// The disk of the ledger: a warning at 80 %, a repair at 90 % or ten minutes before it is full.
        public static let disk = Settings(warnRatio: 0.8, actRatio: 0.9, actWithin: .seconds(600))
        /// A replica's memory: load is shed at 80 %, and the replica is recycled at 85 %.
        public static let memory = Settings(warnRatio: 0.8, actRatio: 0.85)
        /// A replica's descriptors: a warning at 80 %, and the replica is recycled at 90 %.
        public static let descriptors = Settings(warnRatio: 0.8, actRatio: 0.9)
    }
}
