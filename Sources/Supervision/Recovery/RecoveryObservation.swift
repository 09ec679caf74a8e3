/// The measurements of one subject at one moment; an unknown measurement is nil, and no condition applies to it.
public struct RecoveryObservation: Hashable, Sendable {
    /// What it concerns.
    public var subject: Subject
    /// The failure judge's verdict on the replica.
    public var verdict: PhiAccrualDetector.Verdict?
    /// The delay of the replica's event loop.
    public var eventLoopLag: Duration?
    /// The time since its last successful write and read of the ledger.
    public var canaryAge: Duration?
    /// The share of all replicas whose canary is as stale: if all are, the replica is not the cause.
    public var staleCanaryShare: Double?
    /// Requests of the last half minute.
    public var requests: Heartbeat.Requests?
    /// Requests of the other replicas in the same time.
    public var peerRequests: Heartbeat.Requests?
    /// The replica's memory against its ceiling.
    public var memory: ResourceWatch.Assessment?
    /// The replica's descriptors against their limit.
    public var descriptors: ResourceWatch.Assessment?
    /// The disk of the ledger.
    public var disk: ResourceWatch.Assessment?
    /// Free space on that disk, in bytes.
    public var diskFree: Int64?
    /// The share of time, in percent, in which a task waited for a processor, over the last ten seconds.
    public var cpuPressure: Double?
    /// The same, waiting for disk.
    public var ioPressure: Double?
    /// The same, waiting for memory.
    public var memoryPressure: Double?
    /// How the archive stands; nil for a shop without backups.
    public var archive: ArchiveStanding?
    /// Failures of the component's workers in the last minute.
    public var componentFailures: Int?
    /// How many components failed as often: if several did, the component is not the cause.
    public var componentsFailing: Int?
    /// The number of replicas that run, and the number that the autoscaler wants.
    public var replicas: (running: Int, wanted: Int)? {
        get { running.flatMap { running in wanted.map { (running, $0) } } }
        set { (running, wanted) = (newValue?.running, newValue?.wanted) }
    }
    private var running: Int?
    private var wanted: Int?

    /// An observation without measurements.
    public init(_ subject: Subject) {
        self.subject = subject
    }

    /// What an observation or an action concerns.
    public enum Subject: Hashable, Sendable, CustomStringConvertible {
        /// One replica.
        case replica(ReplicaID)
        /// One component, in all replicas.
        case component(String)
        /// The machine, and so all replicas.
        case machine

        /// The name for people.
        public var description: String {
            switch self {
            case .replica(let replica): replica.description
            case .component(let name): name
            case .machine: "machine"
            }
        }
    }
}
