extension RollingRestart {
    /// What is to be done, in this order.
    public enum Action: Hashable, Sendable {
        /// Start one replica of this release.
        case spawn(release: String)
        /// Let this replica finish what it has, and exit.
        case drain(ReplicaID)
        /// End this replica at once.
        case kill(ReplicaID)
        /// It is over.
        case finish(Outcome)
    }

    /// What has been seen.
    public enum Observation: Hashable, Sendable {
        /// A replica was started on its behalf.
        case spawned(ReplicaID, release: String)
        /// A replica of this release could not be started.
        case spawnFailed(release: String)
        /// A replica says that it serves.
        case ready(ReplicaID)
        /// A replica has ended, for whatever reason.
        case exited(ReplicaID)
        /// A replica's totals since its start.
        case counts(ReplicaID, Heartbeat.Requests)
    }

    /// How it ended.
    public enum Outcome: Hashable, Sendable {
        /// All replicas run the new release.
        case completed
        /// The old release runs again, as before.
        case rolledBack(Failure)
        /// The new release is bad, but the old one does not come up either; what serves was left alone.
        case stuck(Failure)
    }

    /// Why the new release is not taken.
    public enum Failure: Hashable, Sendable {
        /// A replica of it could not be started.
        case spawnFailed
        /// A replica of it was not ready in time.
        case neverReady(ReplicaID)
        /// A replica of it ended by itself.
        case crashed(ReplicaID)
        /// It fails more requests than the old release.
        case errors(CanaryAnalysis.Evidence)
    }

    /// How long each part may take.
    public struct Settings: Hashable, Sendable {
        /// Within this time a new replica is ready.
        public let readyWithin: Duration
        /// For so long the first new replica is watched before any old one goes.
        public let canaryFor: Duration
        /// For so long a replica may finish what it has.
        public let drainFor: Duration
        /// Within this time the old release serves alone again.
        public let rollBackWithin: Duration
        /// When the new release is bad.
        public let analysis: CanaryAnalysis.Settings

        /// Within what each time must lie.
        public static let bounds = Duration.milliseconds(10)...Duration.seconds(3600)

        /// Settings within their bounds.
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
