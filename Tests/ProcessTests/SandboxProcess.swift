import Foundation
import Glibc

/// A `tradewind sandbox` of its own, on a free port of the loopback interface.
final class SandboxProcess: Sendable {
    /// The process.
    let child: ChildProcess
    /// Where it is.
    let url: String

    /// Starts a sandbox, `payments` or `deliveries`, and waits until it listens.
    ///
    /// - Parameters:
    ///   - data: the folder of its journal.
    ///   - port: where to listen; 0 takes a free port.
    ///   - name: the path of its output, without the ending.
    /// - Throws: ``ProcessFailure`` with its own words when it ends first or takes longer than 20 s.
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

    /// Kills it and waits until it is gone.
    func kill() async throws {
        child.signal(SIGKILL)
        try await child.end(within: .seconds(10))
    }

    /// Asks it to finish, and waits until it has.
    @discardableResult
    func stop() async throws -> Int32 {
        child.signal(SIGTERM)
        return try await child.end(within: .seconds(30))
    }
}
