// The client of a supervisor, for commands and the API. Every call blocks its thread, for a bounded time; none may run on an
// event loop.

import Foundation
import JSON
import Supervision
import Time

/// Queries and commands the supervisor of a data directory.
public struct SupervisorClient: Sendable {
    private let data: String

    /// A client of the supervisor of a data directory.
    public init(data: String) {
        self.data = data
    }

    /// The state of the supervisor and its replicas, as a JSON object.
    ///
    /// Blocks its thread.
    ///
    /// Without a supervisor its member `isAlive` is false, and the replicas listed are those that still run.
    ///
    /// - Parameter timeout: how long the supervisor, and each replica, may take to answer.
    public func status(timeout: Duration = .seconds(1)) -> [UInt8] {
        guard let run = try? RunDirectory(data: data, making: false) else { return Self.document([]) }
        let question = ControlRequest.status.bytes + [UInt8(ascii: "\n")]
        if let answer = try? LineExchange.ask(run.supervisor, question, timeout: timeout) { return answer }
        let found = run.replicas().compactMap { pid in
            ReplicaDirectory.introduction(of: pid, run, timeout: timeout)
        }
        return Self.document(found)
    }

    /// The environment and command line of the supervisor; nil where none runs, or they cannot be read.
    ///
    /// Blocks its thread for a second at most.
    public func surroundings() -> SupervisorSurroundings? {
        var pid: Int64?
        var json = JSONReader(status())
        try? json.object { (json: inout JSONReader, name: String) throws(JSONError) in
            guard name == "supervisor" else { return try json.skip() }
            try json.object { (json: inout JSONReader, name: String) throws(JSONError) in
                guard name == "pid" else { return try json.skip() }
                pid = try json.int64(in: 1...Int64(pid_t.max))
            }
        }
        return pid.flatMap { SupervisorSurroundings(of: pid_t($0)) }
    }

    private static func document(_ replicas: [Introduction]) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.key("supervisor")
            json.object { $0.member("isAlive", false) }
            json.key("replicas")
            json.array { json in
                for replica in replicas {
                    json.object { json in
                        json.member("id", replica.heartbeat.replica.description)
                        json.member("pid", Int64(replica.heartbeat.pid))
                        json.member("release", Release.name(replica.release))
                        json.member("state", replica.heartbeat.state.rawValue)
                        json.member("uptimeMs", replica.heartbeat.uptime.wholeMilliseconds)
                        json.member("isAdopted", false)
                        replica.heartbeat.writeFigures(to: &json)
                    }
                }
            }
            json.key("crashLoops")
            json.array { _ in }
            json.key("recoveries")
            json.array { _ in }
        }
        return json.bytes
    }

    /// Restarts all replicas one by one, and waits for the end.
    ///
    /// Blocks its thread for minutes.
    ///
    /// - Parameter onProgress: called with each step, on the calling thread.
    /// - Returns: whether all replicas run the new release, and the result in words.
    /// - Throws: ``SystemError`` where no supervisor answers, or it ended meanwhile; in the latter case the rollout stopped where
    ///   it was, and `status` shows the releases of the replicas.
    public func restart(
        _ request: RestartRequest,
        onProgress: (String) -> Void
    ) throws(SystemError) -> (isDone: Bool, words: String) {
        let run = try RunDirectory(data: data, making: false)
        let stream = try UnixSocket.connect(run.supervisor, timeout: .seconds(600))
        _ = try stream.send(ControlRequest.restart(request).bytes + [UInt8(ascii: "\n")])
        var received: [UInt8] = []
        while let bytes = try stream.read(), !bytes.isEmpty {
            received += bytes
            while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(received[..<end])
                received.removeSubrange(...end)
                switch try? RestartReport(bytes: line) {
                case .progress(let words): onProgress(words)
                case .outcome(let isDone, let words): return (isDone, words)
                case nil: break
                }
            }
        }
        throw SystemError("follow the restart", code: EPIPE)
    }
}
