import Foundation
import Glibc

/// A `tradewind sandbox` process on a free loopback port.
final class SandboxProcess: Sendable {
    /// The process.
    let child: ChildProcess
    /// Its URL.
    let url: String

    /// Starts a sandbox, `payments` or `deliveries`, and waits until it listens.
    ///
    /// - Parameters:
    ///   - data: the directory of its journal.
    ///   - port: the port to listen on; 0 takes a free port.
    ///   - name: the path of its output files, without the extension.
    /// - Throws: ``ProcessFailure`` with its output if it exits first or takes longer than 20 s.
    init(_ kind: String, data: String, port: Int = 0, options: [String] = [], writingTo name: String) async throws {
        let start = ContinuousClock.now
        child = try ChildProcess(
            [ServerProcess.program, "sandbox", kind, "--data", data, "--port", String(port)] + options,
            writingTo: name
        )
        let told = child.output.count
        while true {
            if let line = child.output.dropFirst(told).split(separator: "\n").last, child.output.hasSuffix("\n") {
                url = String(line)
                return
            }
            if let status = child.exitStatus {
                throw ProcessFailure("the sandbox ended with \(status)\n\(child.errors)")
            }
            guard ContinuousClock.now - start < .seconds(20) else {
                child.signal(SIGKILL)
                throw ProcessFailure("the sandbox did not listen within 20 s\n\(child.errors)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Its port.
    var port: Int { url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    /// Kills it and waits until it has exited.
    func kill() async throws {
        child.signal(SIGKILL)
        try await child.end(within: .seconds(10))
    }

    /// Asks it to stop and waits until it has; returns its exit code.
    @discardableResult
    func stop() async throws -> Int32 {
        child.signal(SIGTERM)
        return try await child.end(within: .seconds(30))
    }
}
