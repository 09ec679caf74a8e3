import Foundation
import Time

/// What a supervisor says of itself and its replicas.
public struct SupervisorStatus: Decodable, Sendable {
    /// The supervisor; without one only the first member is there.
    public struct Supervisor: Decodable, Sendable {
        /// Whether it lives.
        public let isAlive: Bool
        /// Its process.
        public let pid: pid_t?
        /// The version of its program.
        public let version: String?
        /// What it is doing, in a word.
        public let state: String?
        /// How long it has lived, in milliseconds.
        public let uptimeMs: Int?
        /// The port that is listened at.
        public let port: Int?
        /// The name of the release that it starts.
        public let release: String?
        /// How many replicas there should be.
        public let wanted: Int?
        /// How many replicas have crashed or hung.
        public let restarts: Int?
        /// Whether requests that end replicas are refused; nil from a supervisor of an earlier version.
        public let quarantines: Bool?
    }

    /// One replica; the figures are those of its last heartbeat.
    public struct Replica: Decodable, Sendable {
        /// Its name, as in `r1`.
        public let id: String
        /// Its process.
        public let pid: pid_t
        /// The name of its release.
        public let release: String
        /// The version of its program.
        public let version: String?
        /// How it stands, in a word.
        public let state: String
        /// How long it has lived, in milliseconds.
        public let uptimeMs: Int
        /// Whether an earlier supervisor started it.
        public let isAdopted: Bool
        /// The age of its last heartbeat, in milliseconds.
        public let heartbeatAgeMs: Int?
        /// How late its event loops are, in milliseconds.
        public let eventLoopLagMs: Int?
        /// The age of its last canary that was written, in milliseconds.
        public let canaryAgeMs: Int?
        /// Requests in flight.
        public let inFlight: Int?
        /// Requests since its start.
        public let requests: Int?
        /// Those of them that failed.
        public let errors: Int?
        /// The processor time that it uses, in hundredths of one processor.
        public let cpuPercent: Int?
        /// Its resident memory, in bytes.
        public let residentBytes: Int?
        /// Its open files.
        public let descriptors: Int?

        /// Whether it serves.
        public var isServing: Bool { state == "ready" || state == "degraded" }
    }

    /// A repair that the supervisor made of itself.
    public struct Recovery: Decodable, Sendable {
        /// When it was decided, as RFC 3339 has it.
        public let at: String
        /// The replica, or `machine`.
        public let replica: String
        /// Why.
        public let cause: String
        /// What was done.
        public let action: String
        /// What came of it; nil while that is open.
        public let result: String?

        /// When it was decided.
        public var time: Timestamp? { Timestamp(at) }
    }

    /// The supervisor.
    public let supervisor: Supervisor
    /// The replicas.
    public let replicas: [Replica]
    /// The releases that crash in a loop.
    public let crashLoops: [String]
    /// The last repairs, the newest last.
    public let recoveries: [Recovery]

    /// The status that a document of ``SupervisorClient/status(timeout:)`` tells.
    public init(_ document: [UInt8]) throws {
        self = try JSONDecoder().decode(SupervisorStatus.self, from: Data(document))
    }

    /// The replicas that serve.
    public var serving: [Replica] { replicas.filter(\.isServing) }
}
