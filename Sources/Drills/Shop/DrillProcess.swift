import Foundation
import Glibc
import Synchronization

/// A child process of a drill; its output goes to a file.
package final class DrillProcess: Sendable {
    /// Its process id.
    let pid: pid_t
    /// The file that it writes to.
    let output: String
    private let ended = Mutex<Int32?>(nil)

    /// Starts a program, with this process's environment without Tradewind's own variables.
    init(_ arguments: [String], output: String) throws(DrillError) {
        self.output = output
        let program = arguments.first ?? ""
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TRADEWIND") }
        var spawned: pid_t = 0
        let code = Self.withPointers(arguments) { arguments in
            Self.withPointers(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawnp(&spawned, program, &actions, nil, arguments, environment)
            }
        }
        guard code == 0 else { throw DrillError("cannot start \(program): \(String(cString: strerror(code)))") }
        pid = spawned
    }

    /// Its exit code, or the negative number of the signal that ended it; nil while it runs.
    var exitStatus: Int32? {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7F
            ended = signal == 0 ? (status >> 8) & 0xFF : -signal
            return ended
        }
    }

    /// Sends a signal, unless the process has ended.
    func signal(_ number: Int32) {
        if exitStatus == nil { kill(pid, number) }
    }

    /// Waits for its end, for `limit` at most; nil if it is still running.
    func end(within limit: Duration) async throws -> Int32? {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if let exitStatus { return exitStatus }
            try await Task.sleep(for: .milliseconds(10))
        }
        return exitStatus
    }

    /// Its output so far.
    var text: String { String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self) }

    /// The other processes whose command line contains a text.
    static func naming(_ text: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard pid != getpid(), let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                return false
            }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }

    /// Kills every process whose command line names a directory.
    static func sweep(naming directory: String) {
        for _ in 0..<50 {
            let left = naming(directory)
            if left.isEmpty { return }
            for pid in left {
                kill(pid, SIGCONT)
                kill(pid, SIGKILL)
            }
            // Ended children of this process are listed until they are reaped.
            for pid in left { waitpid(pid, nil, WNOHANG) }
            usleep(20_000)
        }
    }

    /// Ends every process that drills of this process started; for an interrupted drill.
    package static func sweepAll() { sweep(naming: "tradewind-drill-\(getpid())-") }

    private static func withPointers<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
