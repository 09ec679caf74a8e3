import Foundation
import Replicas
import Time

/// The parts of a supervisor's status that drills need.
struct DrillStatus: Decodable {
    struct Supervisor: Decodable {
        let isAlive: Bool
        let pid: pid_t?
        let release: String?
        let wanted: Int?
    }

    struct Replica: Decodable {
        let pid: pid_t
        let release: String
        let state: String
        let descriptors: Int?
        let inFlight: Int?

        /// Whether it serves.
        var isServing: Bool { state == "ready" || state == "degraded" }
    }

    /// A repair or measure of the supervisor.
    struct Recovery: Decodable {
        let at: String
        let replica: String
        let cause: String
        let action: String

        /// When it was decided.
        var time: Timestamp? { Timestamp(at) }
    }

    let supervisor: Supervisor
    let replicas: [Replica]
    let crashLoops: [String]
    let recoveries: [Recovery]

    /// The status of a data directory.
    static func of(_ data: String) throws -> DrillStatus {
        let bytes = SupervisorClient(data: data).status(timeout: .milliseconds(500))
        return try JSONDecoder().decode(DrillStatus.self, from: Data(bytes))
    }

    /// The replicas that serve.
    var serving: [Replica] { replicas.filter(\.isServing) }
}
