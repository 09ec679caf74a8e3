/// What is known of one subject at one moment; what is not known is nil, and no condition holds of it.
public struct RecoveryObservation: Hashable, Sendable {
    /// Whom it is about.
    public var subject: Subject
    /// What the failure judge thinks of the replica.
    public var verdict: PhiAccrualDetector.Verdict?
    /// How late the replica's event loop is.
    public var eventLoopLag: Duration?
    /// How long ago its last write and read of the ledger went well.
    public var canaryAge: Duration?
    /// The share of all replicas whose canary is as stale: one that all share is not this replica's fault.
    public var staleCanaryShare: Double?
    /// Requests of the last half minute.
    public var requests: Heartbeat.Requests?
    /// Requests of the other replicas in the same time.
    public var peerRequests: Heartbeat.Requests?
    /// The replica's memory against its ceiling.
    public var memory: ResourceWatch.Assessment?
    /// The replica's descriptors against their limit.
    public var descriptors: ResourceWatch.Assessment?
    /// The disk under the ledger.
    public var disk: ResourceWatch.Assessment?
    /// What is free on that disk, in bytes.
    public var diskFree: Int64?
    /// The share of time, in percent, in which some task waited for a processor: the last ten seconds.
    public var cpuPressure: Double?
    /// The same, waiting for the disk.
    public var ioPressure: Double?
    /// The same, waiting for memory.
    public var memoryPressure: Double?
    /// How often the component's workers failed in the last minute.
    public var componentFailures: Int?
    /// How many components failed as often: what several share is not the fault of one.
    public var componentsFailing: Int?
    /// How many replicas there are, and how many the autoscaler wants.
    public var replicas: (running: Int, wanted: Int)? {
        get { running.flatMap { running in wanted.map { (running, $0) } } }
        set { (running, wanted) = (newValue?.running, newValue?.wanted) }
    }
    private var running: Int?
    private var wanted: Int?

    /// An observation of which nothing is known yet.
    public init(_ subject: Subject) {
        self.subject = subject
    }

    /// Whom an observation or an action is about.
    public enum Subject: Hashable, Sendable, CustomStringConvertible {
        /// One replica.
        case replica(ReplicaID)
        /// One component, in all replicas.
        case component(String)
        /// The machine, and so everybody.
        case machine

        /// The name that people read.
        public var description: String {
            switch self {
            case .replica(let replica): replica.description
            case .component(let name): name
            case .machine: "machine"
            }
        }
    }
}
