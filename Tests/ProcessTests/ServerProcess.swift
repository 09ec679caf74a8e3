import Foundation
import Glibc

/// A `tradewind serve` process on a free loopback port.
final class ServerProcess: Sendable {
    /// The process.
    let child: ChildProcess
    /// The port that it listens on.
    let port: Int
    /// The time from its start to its first ready answer.
    let readyAfter: Duration

    /// Its URL.
    var url: String { "http://127.0.0.1:\(port)" }

    /// The program under test: `TRADEWIND`, or the one built beside the tests.
    static let program: String = {
        if let named = ProcessInfo.processInfo.environment["TRADEWIND"] { return named }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("tradewind").path
    }()

    /// Starts a server and waits until it is ready.
    ///
    /// Throws ``ProcessFailure`` with the server's output if it exits first or takes longer than 20 s.
    init(
        data: String,
        settings: [String],
        components: String? = nil,
        port wanted: Int,
        options more: [String] = [],
        before: [String] = [],
        environment: [String: String] = [:],
        writingTo name: String
    ) async throws {
        let start = ContinuousClock.now
        let options = ShopSettings.options(settings) + (components.map { ["--components", $0] } ?? []) + more
        child = try ChildProcess(
            before + [Self.program, "serve", "--data", data, "--port", String(wanted)] + options,
            settings: environment,
            writingTo: name
        )
        var found: Int?
        while true {
            found = found ?? Self.port(in: child.errors)
            if let found, try await Self.isReady(found) {
                port = found
                readyAfter = ContinuousClock.now - start
                return
            }
            if let status = child.exitStatus {
                throw ProcessFailure("the server ended with \(status)\n\(child.errors)")
            }
            guard ContinuousClock.now - start < .seconds(20) else {
                child.signal(SIGKILL)
                throw ProcessFailure("the server was not ready within 20 s\n\(child.errors)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

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

    /// Its readiness and the number of its latest event.
    func readiness() async throws -> Readiness {
        let answer = try await ask("GET", "/readyz")
        return try answer.decode(Readiness.self)
    }

    /// Sends one request on a new connection.
    func ask(_ method: String, _ path: String, headers: String = "", body: String = "") async throws -> WireAnswer {
        let port = port
        return try await offThread { try Wire.ask(port, method, path, headers: headers, body: body) }
    }

    /// Resident memory now and its peak, in bytes.
    func memory() throws -> (now: Int, peak: Int) {
        let status = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        func bytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
            return (line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0)
                << 10
        }
        return (bytes("VmRSS:"), bytes("VmHWM:"))
    }

    static func port(in log: String) -> Int? {
        guard let start = log.range(of: "serving http://127.0.0.1:") else { return nil }
        return Int(log[start.upperBound...].prefix(while: \.isNumber))
    }

    static func isReady(_ port: Int) async throws -> Bool {
        try await offThread { (try? Wire.ask(port, "GET", "/readyz", timeout: 1))?.status == 200 }
    }
}

/// Runs a blocking closure on a separate thread.
func offThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.start()
    }
}
