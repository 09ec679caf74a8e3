extension PhiAccrualDetector {
    /// What it expects, and when it convicts.
    ///
    /// With these defaults a replica that was regular is suspect after 2.0 s of silence and dead after 2.45 s. A suspicion costs little and
    /// is taken back, so it may be wrong once in a hundred times; a conviction may not.
    public struct Settings: Hashable, Sendable {
        /// The interval at which heartbeats are sent.
        public let interval: Duration
        /// How many intervals are remembered.
        public let window: Int
        /// The deviation is never taken to be less.
        public let minimumDeviation: Duration
        /// Silence beyond the mean that is nothing yet.
        public let acceptablePause: Duration
        /// From this level on it is suspect.
        public let suspectPhi: Double
        /// From this level on it is dead.
        public let deadPhi: Double
        /// Silence after which one that serves is dead, whatever its level.
        public let hangAfter: Duration
        /// Silence after which any is dead, whatever its level.
        public let deadAfter: Duration
        /// How long a new one may take to say its first word.
        public let firstWithin: Duration

        /// Within what each setting must lie.
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

        /// Settings within their bounds.
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

        /// The longest interval that is remembered: one long pause must not blunt the detector for a hundred seconds.
        var longestSample: Duration { max(interval * 2, acceptablePause) }
    }
}
