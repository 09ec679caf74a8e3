import Foundation
import Glibc

/// A `tradewind serve` of its own, on a free port of the loopback interface.
final class ServerProcess: Sendable {
    /// The process.
    let child: ChildProcess
    /// The port that it listens at.
    let port: Int
    /// From its start to the first answer that it is ready.
    let readyAfter: Duration

    /// Where clients find it.
    var url: String { "http://127.0.0.1:\(port)" }

    /// The program under test: `TRADEWIND`, or the one that was built beside the tests.
    static let program: String = {
        if let named = ProcessInfo.processInfo.environment["TRADEWIND"] { return named }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("tradewind").path
    }()

    /// Starts a server and waits until it is ready.
    ///
    /// Throws ``ProcessFailure`` with the server's own words when it ends first or takes longer than 20 s.
    init(
        data: String,
        settings: [String],
        components: String? = nil,
        port wanted: Int,
        options more: [String] = [],
        before: [String] = [],
        writingTo name: String
    ) async throws {
        let start = ContinuousClock.now
        let options = ShopSettings.options(settings) + (components.map { ["--components", $0] } ?? []) + more
        child = try ChildProcess(
            before + [Self.program, "serve", "--data", data, "--port", String(wanted)] + options,
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

    /// What it knows of itself: readiness and the number of the last event.
    func readiness() async throws -> Readiness {
        let answer = try await ask("GET", "/readyz")
        return try answer.decode(Readiness.self)
    }

    /// Sends one request on a connection of its own.
    func ask(_ method: String, _ path: String, headers: String = "", body: String = "") async throws -> WireAnswer {
        let port = port
        return try await offThread { try Wire.ask(port, method, path, headers: headers, body: body) }
    }

    /// Resident memory now and at its highest, in bytes.
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

/// Runs something that blocks on a thread that may be blocked.
func offThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.start()
    }
}
