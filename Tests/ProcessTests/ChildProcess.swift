import Foundation
import Glibc
import Synchronization

/// A child process whose output goes to files and which never outlives its owner.
final class ChildProcess: Sendable {
    /// Its id.
    let pid: pid_t
    /// The file that receives its standard error.
    let errorsPath: String
    /// The file that receives its standard output.
    let outputPath: String
    private let ended = Mutex<Int32?>(nil)

    /// Starts `arguments[0]`, looked up in `PATH` unless it is a path.
    ///
    /// Output is appended to `name.out` and `name.err`. The child inherits neither descriptors nor settings of this process.
    ///
    /// - Parameter settings: variables of its environment beside those inherited.
    init(_ arguments: [String], settings: [String: String] = [:], writingTo name: String) throws {
        outputPath = name + ".out"
        errorsPath = name + ".err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorsPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        for descriptor in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap({ Int32($0) })
        where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TRADEWIND") }
        let variables = environment.merging(settings) { $1 }.map { "\($0.key)=\($0.value)" }
        let program = arguments[0]
        var spawned: pid_t = 0
        let code = Self.withPointers(arguments) { arguments in
            Self.withPointers(variables) { posix_spawnp(&spawned, program, &actions, nil, arguments, $0) }
        }
        guard code == 0 else { throw ProcessFailure("\(program): \(String(cString: strerror(code)))") }
        pid = spawned
    }

    deinit {
        guard exitStatus == nil else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Sends a signal, unless the process has exited.
    func signal(_ number: Int32) {
        // Checked first, so that a process id the system has reused is never signalled.
        if exitStatus == nil { kill(pid, number) }
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

    /// Waits for its exit; throws if that takes longer than `limit`.
    @discardableResult
    func end(within limit: Duration) async throws -> Int32 {
        let start = ContinuousClock.now
        while true {
            if let status = exitStatus { return status }
            guard ContinuousClock.now - start < limit else {
                throw ProcessFailure("the process did not end within \(limit)\n\(errors)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Its standard error so far.
    var errors: String { Self.text(errorsPath) }

    /// Its standard output so far.
    var output: String { Self.text(outputPath) }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func withPointers<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

/// A process failed in a way that makes the test meaningless.
struct ProcessFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
