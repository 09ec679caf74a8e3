/// What a replica says of itself twice a second.
///
/// Counters run from the replica's start, so that a heartbeat that was lost loses nothing (`HeartbeatDelta`).
public struct Heartbeat: Hashable, Sendable {
    /// The replica that speaks.
    public var replica: ReplicaID
    /// Its process.
    public var pid: Int32
    /// The release that it runs.
    public var version: String
    /// What it does with requests.
    public var state: State
    /// Counts the heartbeats of this process, from 1.
    public var sequence: Int64
    /// How long it has run.
    public var uptime: Duration
    /// How late its event loop ran a task that was due.
    public var eventLoopLag: Duration
    /// How long ago its last write and read of the ledger went well; nil before the first one.
    public var canaryAge: Duration?
    /// How often workers of a component failed since the start, by the component's name; those that did not are left out.
    public var workerFailures: [String: Int64]
    /// Requests that the replica works on: neither those that are still being sent nor those that wait as their client asked.
    public var inFlight: Int
    /// Requests and their failures since the start.
    public var requests: Requests
    /// Processor time since the start, of all its threads.
    public var cpuTime: Duration
    /// Resident memory, in bytes.
    public var residentBytes: Int64
    /// Descriptors that are open, and how many may be.
    public var descriptors: Usage
    /// The file system that the ledger is on, in bytes; nil where it cannot be asked.
    public var disk: Usage?

    /// What a replica does with requests.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It loads, and takes none.
        case starting
        /// It takes all.
        case ready
        /// It takes some: a dependency is away, or it sheds.
        case degraded
        /// It finishes those that it has, and takes no more.
        case draining

        /// Whether it serves.
        public var isServing: Bool { self == .ready || self == .degraded }
    }

    /// Totals of requests since the start.
    public struct Requests: Hashable, Sendable {
        /// Requests that were answered.
        public var total: Int64
        /// Those answered with a 5xx status, but for those of which their client alone is the cause, such as a deadline of its own.
        public var errors: Int64
        /// Those refused because of load, at once or in the queue.
        public var shed: Int64

        /// Those of which their client is the cause: refused because it asks too often, or failed by a deadline of its own.
        public var ofClients: Int64

        /// Those that failed for another reason than load: what is shed is answered with a 5xx status too.
        public var faults: Int64 { max(0, errors - shed) }
        /// Those that say something of the release: neither its load's doing nor a client's.
        public var telling: Int64 { max(0, total - shed - ofClients) }

        /// Totals from their parts.
        public init(total: Int64 = 0, errors: Int64 = 0, shed: Int64 = 0, ofClients: Int64 = 0) {
            self.total = total
            self.errors = errors
            self.shed = shed
            self.ofClients = ofClients
        }

        /// The totals of both.
        public static func + (first: Self, second: Self) -> Self {
            Self(
                total: first.total + second.total,
                errors: first.errors + second.errors,
                shed: first.shed + second.shed,
                ofClients: first.ofClients + second.ofClients
            )
        }

        /// What came between two totals of one process.
        public static func - (first: Self, second: Self) -> Self {
            Self(
                total: first.total - second.total,
                errors: first.errors - second.errors,
                shed: first.shed - second.shed,
                ofClients: first.ofClients - second.ofClients
            )
        }

        /// Adds totals.
        public static func += (first: inout Self, second: Self) {
            first = first + second
        }

        /// Takes totals off.
        public static func -= (first: inout Self, second: Self) {
            first = first - second
        }
    }

    /// So much used of so much.
    public struct Usage: Hashable, Sendable {
        /// What is used.
        public var used: Int64
        /// What there is.
        public var limit: Int64

        /// A usage from its parts.
        public init(used: Int64, limit: Int64) {
            self.used = used
            self.limit = limit
        }

        /// The share that is used; nil where there is no limit.
        public var ratio: Double? { limit > 0 ? Double(used) / Double(limit) : nil }
    }

    /// A heartbeat of a process that has just begun, to be filled in.
    public init(replica: ReplicaID, pid: Int32, version: String, state: State = .starting, sequence: Int64 = 1) {
        self.replica = replica
        self.pid = pid
        self.version = version
        self.state = state
        self.sequence = sequence
        uptime = .zero
        eventLoopLag = .zero
        canaryAge = nil
        workerFailures = [:]
        inFlight = 0
        requests = Requests()
        cpuTime = .zero
        residentBytes = 0
        descriptors = Usage(used: 0, limit: 0)
        disk = nil
    }
}
