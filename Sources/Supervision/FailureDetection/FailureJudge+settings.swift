import Ranges

extension FailureJudge {
    /// Limits of the judge's own reliability.
    public struct Settings: Hashable, Sendable {
        /// The settings of the detector of each replica.
        public let detector: PhiAccrualDetector.Settings
        /// From one round to the next: half a heartbeat, so that a round adds little to the time in which a hang is found.
        public let interval: Duration
        /// The silence after which a replica is convicted even during a mass silence.
        public let massAfter: Duration
        /// After this many late rounds in a row, the last one is judged despite its lateness.
        public let discardsRunning: Int

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `interval`; it is not above the detector's either.
            public static let interval = Duration.milliseconds(10)...Duration.seconds(60)
            /// Bounds of `massAfter`; it is not below the detector's `deadAfter` either.
            public static let massAfter = Duration.milliseconds(100)...Duration.seconds(3600)
            /// Bounds of `discardsRunning`.
            public static let discardsRunning = 2...100
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
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

    /// The result of one round.
    public struct Round: Hashable, Sendable {
        /// How it was judged.
        public let outcome: Outcome
        /// Replicas convicted in this round, in the order of their numbers; each is listed once.
        public internal(set) var convicted: [ReplicaID] = []
        /// The verdict on each watched replica; a discarded round changes nothing.
        public let verdicts: [ReplicaID: PhiAccrualDetector.Verdict]

        /// How a round was judged.
        public enum Outcome: Hashable, Sendable {
            /// Each replica on its own.
            case judged
            /// Not judged: the judge itself was late by this pause.
            case discarded(pause: Duration)
            /// Restricted, because this many replicas were silent at once.
            case massSilence(Int)
        }
    }
}
