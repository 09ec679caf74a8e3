import Foundation
import JSON
import Supervision

/// The replicas of a data directory, found without a supervisor.
enum ReplicaDirectory {
    /// What a replica process reports about itself; nil where it does not answer within `timeout`.
    ///
    /// Blocks its thread.
    static func introduction(of pid: pid_t, _ run: RunDirectory, timeout: Duration) -> Introduction? {
        let question = Array((ReplicaQuestion.introduce.rawValue + "\n").utf8)
        guard let answer = try? LineExchange.ask(run.replica(pid), question, timeout: timeout) else { return nil }
        return try? Introduction(bytes: answer)
    }

    /// Sends a restraint to a replica process; returns whether the replica has confirmed it.
    ///
    /// Blocks its thread for `timeout` at most.
    static func restrain(_ pid: pid_t, _ restraint: Restraint, _ run: RunDirectory, timeout: Duration) -> Bool {
        let order = Array((ReplicaQuestion.restrain.rawValue + " ").utf8) + restraint.bytes + [UInt8(ascii: "\n")]
        do {
            return try LineExchange.ask(run.replica(pid), order, timeout: timeout).isEmpty
        } catch {
            // The replica may be ending, or hang; the supervisor repeats the restraint.
            return false
        }
    }
}

/// Sends one line to a Unix socket and reads one line back.
enum LineExchange {
    /// The maximum length of an answer in bytes.
    private static let most = 1 << 20

    /// Sends a line and waits for the answer; no single step blocks for longer than `timeout`.
    ///
    /// - Returns: the first line of the answer, without its line end.
    /// - Throws: ``SystemError``; whether the question had an effect is unknown then.
    static func ask(_ path: String, _ line: [UInt8], timeout: Duration) throws(SystemError) -> [UInt8] {
        let stream = try UnixSocket.connect(path, timeout: timeout)
        _ = try stream.send(line)
        var answer: [UInt8] = []
        while true {
            guard let bytes = try stream.read(most: 65_536) else {
                throw SystemError("wait for \(path)", code: ETIMEDOUT)
            }
            answer += bytes
            if let end = answer.firstIndex(of: UInt8(ascii: "\n")) { return Array(answer[..<end]) }
            guard !bytes.isEmpty, answer.count < most else { throw SystemError("read from \(path)", code: EPIPE) }
        }
    }
}
