import Ranges

extension PhiAccrualDetector {
    /// What the detector expects, and when it convicts.
    ///
    /// With these defaults a replica with regular heartbeats is suspect after 2.0 s of silence and dead after 2.45 s. A suspicion
    /// costs little and is taken back, so it may be wrong once in a hundred times; a conviction may not.
    public struct Settings: Hashable, Sendable {
        /// The interval at which heartbeats are sent.
        public let interval: Duration
        /// How many intervals are remembered.
        public let window: Int
        /// The lower bound of the standard deviation.
        public let minimumDeviation: Duration
        /// The silence beyond the mean that does not count yet.
        public let acceptablePause: Duration
        /// The level from which on a replica is suspect.
        public let suspectPhi: Double
        /// The level from which on a replica is dead.
        public let deadPhi: Double
        /// The silence after which a serving replica is dead, whatever its level.
        public let hangAfter: Duration
        /// The silence after which any replica is dead, whatever its level.
        public let deadAfter: Duration
        /// How long a new replica may take until its first heartbeat.
        public let firstWithin: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `interval`.
            public static let interval = Duration.milliseconds(10)...Duration.seconds(60)
            /// Bounds of `window`.
            public static let window = 10...10_000
            /// Bounds of `minimumDeviation`.
            public static let minimumDeviation = Duration.milliseconds(1)...Duration.seconds(60)
            /// Bounds of `acceptablePause`.
            public static let acceptablePause = Duration.zero...Duration.seconds(60)
            /// Bounds of `suspectPhi` and `deadPhi`, which is not below it.
            public static let phi = 1.0...100.0
            /// Bounds of `hangAfter` and `deadAfter`, which is not below it, and of `firstWithin`.
            public static let silence = Duration.milliseconds(100)...Duration.seconds(600)
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(
            interval: Duration = .milliseconds(500),
            window: Int = 200,
            minimumDeviation: Duration = .milliseconds(100),
            acceptablePause: Duration = .milliseconds(1250),
            suspectPhi: Double = 2,
            deadPhi: Double = 12,
            hangAfter: Duration = .milliseconds(2500),
            deadAfter: Duration = .seconds(5),
            firstWithin: Duration = .seconds(10)
        ) {
            self.interval = Bounds.interval.holding(interval, "interval")
            self.window = Bounds.window.holding(window, "window")
            self.minimumDeviation = Bounds.minimumDeviation.holding(minimumDeviation, "minimumDeviation")
            self.acceptablePause = Bounds.acceptablePause.holding(acceptablePause, "acceptablePause")
            self.suspectPhi = Bounds.phi.holding(suspectPhi, "suspectPhi")
            self.deadPhi = Bounds.phi.holding(deadPhi, "deadPhi")
            self.hangAfter = Bounds.silence.holding(hangAfter, "hangAfter")
            self.deadAfter = Bounds.silence.holding(deadAfter, "deadAfter")
            self.firstWithin = Bounds.silence.holding(firstWithin, "firstWithin")
            precondition(suspectPhi <= deadPhi, "suspectPhi is above deadPhi")
            precondition(hangAfter <= deadAfter, "hangAfter is above deadAfter")
        }

        /// The longest interval that is remembered: one long pause must not make the detector insensitive for a hundred seconds.
        var longestSample: Duration { max(interval * 2, acceptablePause) }
    }
}
