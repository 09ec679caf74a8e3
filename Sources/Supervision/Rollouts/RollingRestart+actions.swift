import Ranges

extension RollingRestart {
    /// What to do, in this order.
    public enum Action: Hashable, Sendable {
        /// Start one replica of this release.
        case spawn(release: String)
        /// Let this replica finish its requests and exit.
        case drain(ReplicaID)
        /// Kill this replica at once.
        case kill(ReplicaID)
        /// The rollout is over.
        case finish(Outcome)
    }

    /// An event that the plan has to know.
    public enum Observation: Hashable, Sendable {
        /// A replica was started for the rollout.
        case spawned(ReplicaID, release: String)
        /// A replica of this release could not be started.
        case spawnFailed(release: String)
        /// A replica reported that it serves.
        case ready(ReplicaID)
        /// A replica has ended, for any reason.
        case exited(ReplicaID)
        /// A replica's totals since its start.
        case counts(ReplicaID, Heartbeat.Requests)
    }

    /// The result of a rollout.
    public enum Outcome: Hashable, Sendable {
        /// All replicas run the new release.
        case completed
        /// The old release runs again, with its old number of replicas.
        case rolledBack(Failure)
        /// The new release is bad, but the old one does not start either; the replicas that serve were left running.
        case stuck(Failure)
    }

    /// Why the new release was rejected.
    public enum Failure: Hashable, Sendable {
        /// A replica of it could not be spawned.
        case spawnFailed
        /// A replica of it was not ready in time.
        case neverReady(ReplicaID)
        /// A replica of it ended without having been told to.
        case crashed(ReplicaID)
        /// A greater share of its requests fails than of the old release.
        case errors(CanaryAnalysis.Evidence)
    }

    /// Time limits of a rollout.
    public struct Settings: Hashable, Sendable {
        /// The time in which a new replica must become ready.
        public let readyWithin: Duration
        /// How long the first new replica is observed before an old one is drained.
        public let canaryFor: Duration
        /// How long a replica may take to finish its requests.
        public let drainFor: Duration
        /// The time in which a rollback must be complete.
        public let rollBackWithin: Duration
        /// When the new release counts as bad.
        public let analysis: CanaryAnalysis.Settings

        /// Bounds of each time.
        public static let bounds = Duration.milliseconds(10)...Duration.seconds(3600)

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(
            readyWithin: Duration = .seconds(20),
            canaryFor: Duration = .seconds(20),
            drainFor: Duration = .seconds(30),
            rollBackWithin: Duration = .seconds(60),
            analysis: CanaryAnalysis.Settings = CanaryAnalysis.Settings()
        ) {
            self.readyWithin = Self.bounds.holding(readyWithin, "readyWithin")
            self.canaryFor = Self.bounds.holding(canaryFor, "canaryFor")
            self.drainFor = Self.bounds.holding(drainFor, "drainFor")
            self.rollBackWithin = Self.bounds.holding(rollBackWithin, "rollBackWithin")
            self.analysis = analysis
        }
    }
}
