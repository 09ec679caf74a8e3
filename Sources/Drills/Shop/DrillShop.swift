// A shop of real processes in a directory of its own. However the drill ends, none of its processes is left: the last step kills
// every process whose command line names the directory.

import Foundation
import Glibc
import Load
import Replicas

/// `tradewind up` on a free port, with its replicas.
final class DrillShop: Sendable {
    /// The directory of all its files.
    let directory: String
    /// The data directory.
    let data: String
    /// The database file.
    var database: String { data + "/tradewind.db" }
    /// The customers' URL.
    let url: String
    /// A key with all scopes.
    let key: String
    /// The first supervisor.
    let supervisor: DrillProcess
    private let options: DrillOptions
    private let arguments: [String]
    private let port: Int

    /// How long a shop may take for a step.
    private static let patience = Duration.seconds(30)

    /// Makes a shop, passes it to `body`, and removes it.
    static func open<Value>(
        _ options: DrillOptions,
        settings: [String] = [],
        arguments: [String] = [],
        directory given: String? = nil,
        fleet: ClosedRange<Int>? = nil,
        _ body: (DrillShop) async throws -> Value
    ) async throws -> Value {
        let directory = given ?? options.freshDirectory()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        do {
            let all = settings.flatMap { ["--set", $0] } + arguments
            let shop = try await DrillShop(options, directory: directory, arguments: all, fleet: fleet)
            let value = try await body(shop)
            await shop.close()
            try RequestRecords(data: shop.data).removeAll()
            try FileManager.default.removeItem(atPath: directory)
            return value
        } catch {
            // The output may explain the failure; only the processes must be ended.
            DrillProcess.sweep(naming: directory)
            try? RequestRecords(data: directory + "/data").removeAll()
            throw error
        }
    }

    private init(
        _ options: DrillOptions,
        directory: String,
        arguments extra: [String],
        fleet: ClosedRange<Int>?
    ) async throws {
        self.options = options
        self.directory = directory
        data = directory + "/data"
        let made = try DrillProcess(
            [options.program, "keys", "create", "--data", data, "--scope", "admin"],
            output: directory + "/key"
        )
        let hasEnded = try await made.end(within: Self.patience) == 0
        // The command also reports that it made a shop.
        let line = made.text.split(whereSeparator: \.isNewline).last { $0.hasPrefix("tw_") }
        guard hasEnded, let line else { throw DrillError("no key: \(made.text)") }
        key = String(line)
        let fleet = fleet ?? options.replicas...options.replicas
        var arguments = ["up", "--data", data]
        arguments += ["--min", String(fleet.lowerBound), "--max", String(fleet.upperBound)] + extra
        arguments += Self.unlimited.flatMap { ["--set", $0] }
        if options.frontDoor == .haproxy { arguments += ["--front-door", "haproxy"] }
        self.arguments = arguments
        supervisor = try DrillProcess(
            [options.program] + arguments + ["--port", "0"],
            output: directory + "/up.log"
        )
        port = try await Self.port(of: supervisor)
        url = "http://127.0.0.1:\(port)"
        try await untilServing(fleet.lowerBound)
    }

    /// All customers of a drill come from one address, so limits for one client are off.
    private static let unlimited = ["limits.rates=no", "orders.guest-units=0", "orders.guest-share=100"]

    private static func port(of process: DrillProcess) async throws -> Int {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < patience, process.exitStatus == nil {
            let log = process.text
            // The supervisor's own line, not a replica's.
            let line = log.split(separator: "\n").first { $0.contains("serving http://") && !$0.contains("replica=") }
            if let line, let colon = line.range(of: "127.0.0.1:"),
                let port = Int(line[colon.upperBound...].prefix(while: \.isNumber)), port > 0
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw DrillError("the shop did not open: \(process.text.suffix(2000))")
    }

    /// Starts another supervisor for the same shop.
    func superviseAgain() throws -> DrillProcess {
        try DrillProcess(
            [options.program] + arguments + ["--port", String(port)],
            output: directory + "/up-again.log"
        )
    }

    /// The API's answer to a GET, with the key.
    func get(_ path: String) throws -> [UInt8] {
        let target = try BenchTarget(url: url, allowRemote: false)
        return try BenchExchange(target: target).send("GET", path, headers: "Authorization: Bearer \(key)\r\n").body
    }

    /// Runs a command of the program to its end: its exit code, and what it printed.
    func command(_ words: [String]) async throws -> (status: Int32, text: String) {
        let process = try DrillProcess(
            [options.program] + words,
            output: "\(directory)/\(words[0])-\(UInt32.random(in: 0...UInt32.max)).log"
        )
        guard let status = try await process.end(within: Self.patience * 4) else {
            throw DrillError("\(words.joined(separator: " ")) did not end: \(process.text)")
        }
        return (status, process.text)
    }

    /// Runs `tradewind check` with these arguments; returns its exit code.
    func check(_ arguments: [String]) async throws -> Int32 {
        let check = try DrillProcess(
            [options.program, "check", "--data", data] + arguments,
            output: directory + "/check.log"
        )
        guard let status = try await check.end(within: Self.patience) else {
            throw DrillError("a check did not end: \(check.text)")
        }
        return status
    }

    /// The output of its first supervisor and all replicas.
    var log: String { supervisor.text }

    /// Its status now.
    func status() throws -> SupervisorStatus {
        try SupervisorStatus(SupervisorClient(data: data).status(timeout: .milliseconds(500)))
    }

    /// Waits until this many replicas serve, without the given ones.
    ///
    /// - Returns: the time that it took.
    @discardableResult
    func untilServing(_ count: Int, besides gone: Set<pid_t> = []) async throws -> Duration {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < Self.patience {
            if try status().serving.filter({ !gone.contains($0.pid) }).count >= count {
                return ContinuousClock.now - start
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw DrillError("\(count) replicas did not serve within \(Self.patience)")
    }

    /// Restarts all replicas; returns whether they run the new release, and the result in words.
    func restart(program: String? = nil, settings: String? = nil, watch: Duration) async throws -> (Bool, String) {
        let data = data
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var request = RestartRequest()
                request.program = program
                request.settings = settings
                request.watchFor = watch
                continuation.resume(
                    with: Result {
                        let outcome = try SupervisorClient(data: data).restart(request) { _ in }
                        return (outcome.isDone, outcome.words)
                    }
                )
            }
        }
    }

    /// Ends its processes, by force if necessary.
    func close() async {
        supervisor.signal(SIGTERM)
        _ = try? await supervisor.end(within: .seconds(40))
        DrillProcess.sweep(naming: directory)
        _ = supervisor.exitStatus
    }
}
