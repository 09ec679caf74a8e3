/// The state of a replica, as it reports it twice a second.
///
/// Counters run from the replica's start, so a lost heartbeat loses no counts (`HeartbeatDelta`).
public struct Heartbeat: Hashable, Sendable {
    /// The replica that sent it.
    public var replica: ReplicaID
    /// Its process id.
    public var pid: Int32
    /// The release that it runs.
    public var version: String
    /// How it treats requests.
    public var state: State
    /// The number of this heartbeat within its process, from 1.
    public var sequence: Int64
    /// The time since the process started.
    public var uptime: Duration
    /// The delay with which its event loop ran a due task.
    public var eventLoopLag: Duration
    /// The time since its last successful write and read of the ledger; nil before the first one.
    public var canaryAge: Duration?
    /// Failures of workers since the start, by the component's name; components without failures are left out.
    public var workerFailures: [String: Int64]
    /// Requests in progress: neither those whose body is still being received nor those that wait as their client asked.
    public var inFlight: Int
    /// Requests and their failures since the start.
    public var requests: Requests
    /// Processor time since the start, of all its threads.
    public var cpuTime: Duration
    /// Resident memory, in bytes.
    public var residentBytes: Int64
    /// Open file descriptors, and their limit.
    public var descriptors: Usage
    /// The file system of the ledger, in bytes; nil where it cannot be queried.
    public var disk: Usage?

    /// How a replica treats requests.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It loads, and accepts none.
        case starting
        /// It accepts all.
        case ready
        /// It accepts some: a dependency is unavailable, or it sheds load.
        case degraded
        /// It finishes the requests that it has, and accepts no more.
        case draining

        /// Whether it serves.
        public var isServing: Bool { self == .ready || self == .degraded }
    }

    /// Totals of requests since the start.
    public struct Requests: Hashable, Sendable {
        /// Requests that were answered.
        public var total: Int64
        /// Requests answered with a 5xx status, except those caused by their client alone, such as by its own deadline.
        public var errors: Int64
        /// Requests refused because of load, at once or in the queue.
        public var shed: Int64

        /// Requests that failed because of their client: refused by a rate limit, or failed by the client's own deadline.
        public var ofClients: Int64

        /// Requests that failed for another reason than load: shed requests are answered with a 5xx status too.
        public var faults: Int64 { max(0, errors - shed) }
        /// Requests whose result says something about the release: neither shed nor failed because of their client.
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

        /// The difference between two totals of one process.
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

        /// Subtracts totals.
        public static func -= (first: inout Self, second: Self) {
            first = first - second
        }
    }

    /// A used amount and its limit.
    public struct Usage: Hashable, Sendable {
        /// The used amount.
        public var used: Int64
        /// The limit.
        public var limit: Int64

        /// A usage from its parts.
        public init(used: Int64, limit: Int64) {
            self.used = used
            self.limit = limit
        }

        /// The used share; nil where there is no limit.
        public var ratio: Double? { limit > 0 ? Double(used) / Double(limit) : nil }
    }

    /// The first heartbeat of a process, to be filled in.
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
