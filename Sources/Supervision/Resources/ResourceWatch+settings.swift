extension ResourceWatch {
    /// From when on it is pressing.
    public struct Settings: Hashable, Sendable {
        /// The share from which somebody should know.
        public let warnRatio: Double
        /// The share from which something is to be done.
        public let actRatio: Double
        /// Full within this time: somebody should know; nil where a slope alone is no reason.
        public let warnWithin: Duration?
        /// Full within this time: something is to be done; nil where a slope alone is no reason.
        public let actWithin: Duration?
        /// How far back the slope looks.
        public let window: Duration
        /// The slope is believed once readings span so much time.
        public let leastSpan: Duration
        /// The slope is believed if it explains so much of the readings' variance.
        public let leastFit: Double
        /// A level is left when the share is so far below its threshold.
        public let margin: Double

        /// Settings within their bounds: shares from 0 to 1, the first threshold not above the second.
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

        /// The disk under the ledger: known at 80 %, acted upon at 90 % or ten minutes before it is full.
        public static let disk = Settings(warnRatio: 0.8, actRatio: 0.9, actWithin: .seconds(600))
        /// A replica's memory: load is shed at 80 %, and the replica recycled at 85 %.
        public static let memory = Settings(warnRatio: 0.8, actRatio: 0.85)
        /// A replica's descriptors: known at 80 %, and the replica recycled at 90 %.
        public static let descriptors = Settings(warnRatio: 0.8, actRatio: 0.9)
    }
}
