import Foundation
import JSON
import Supervision

/// The replicas of a data directory, found without a supervisor.
enum ReplicaDirectory {
    /// What the replica of a process says of itself; nil where it does not answer in time.
    static func introduction(of pid: pid_t, _ run: RunDirectory, timeout: Duration) -> Introduction? {
        let question = Array((ReplicaQuestion.introduce.rawValue + "\n").utf8)
        guard let answer = try? LineExchange.ask(run.replica(pid), question, timeout: timeout) else { return nil }
        return try? Introduction(bytes: answer)
    }

    /// Tells the replica of a process what to leave undone; answers whether it has heard.
    static func restrain(_ pid: pid_t, _ restraint: Restraint, _ run: RunDirectory, timeout: Duration) -> Bool {
        let order = Array((ReplicaQuestion.restrain.rawValue + " ").utf8) + restraint.bytes + [UInt8(ascii: "\n")]
        do {
            return try LineExchange.ask(run.replica(pid), order, timeout: timeout).isEmpty
        } catch {
            // It may be ending, or hang; it is told again.
            return false
        }
    }
}

/// One line out, one line back.
enum LineExchange {
    /// The most bytes of an answer.
    private static let most = 1 << 20

    /// Asks at a socket; no single step takes longer than `timeout`.
    ///
    /// - Returns: the first line of the answer, without its end.
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
