extension FailureJudge {
    /// How far it trusts itself.
    public struct Settings: Hashable, Sendable {
        /// What it expects of one replica.
        public let detector: PhiAccrualDetector.Settings
        /// From one round to the next: half a heartbeat, so that a round adds little to the time in which a hang is found.
        public let interval: Duration
        /// The silence from which somebody is convicted although most are silent.
        public let massAfter: Duration
        /// Every so many late rounds in a row, one is judged all the same.
        public let discardsRunning: Int

        /// Within what each setting must lie.
        public enum Bounds {
            /// Bounds of `interval`; it is not above the detector's either.
            public static let interval = Duration.milliseconds(10)...Duration.seconds(60)
            /// Bounds of `massAfter`; it is not below the detector's `deadAfter` either.
            public static let massAfter = Duration.milliseconds(100)...Duration.seconds(3600)
            /// Bounds of `discardsRunning`.
            public static let discardsRunning = 2...100
        }

        /// Settings within their bounds.
        public init(
            detector: PhiAccrualDetector.Settings = PhiAccrualDetector.Settings(),
            interval: Duration = .milliseconds(250),
            massAfter: Duration = .seconds(10),
            discardsRunning: Int = 5
        ) {
            self.detector = detector
            self.interval = Bounds.interval.holding(interval, "interval")
            self.massAfter = Bounds.massAfter.holding(massAfter, "massAfter")
            self.discardsRunning = Bounds.discardsRunning.holding(discardsRunning, "discardsRunning")
            precondition(interval <= detector.interval, "interval is above the detector's")
            precondition(detector.deadAfter <= massAfter, "massAfter is below the detector's deadAfter")
        }
    }

    /// What came of one round.
    public struct Round: Hashable, Sendable {
        /// How it was judged.
        public let outcome: Outcome
        /// Those convicted in this round, in the order of their numbers; each is named once.
        public internal(set) var convicted: [ReplicaID] = []
        /// What is thought of everybody who is watched; a discarded round changes nothing.
        public let verdicts: [ReplicaID: PhiAccrualDetector.Verdict]

        /// How a round was judged.
        public enum Outcome: Hashable, Sendable {
            /// Each on its own.
            case judged
            /// Not at all: the judge itself had slept so much too long.
            case discarded(pause: Duration)
            /// With restraint: so many were silent at once.
            case massSilence(Int)
        }
    }
}
