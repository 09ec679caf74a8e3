import Foundation
import Secrets
import Synchronization
import Testing

@testable import Ledger
@testable import LedgerPostgres

/// A real PostgreSQL server for the tests of this process, started when it is first asked for.
///
/// It ends with this process, because its standard input does.
final class PostgresServer: Sendable {
    private static let shared = Result { try PostgresServer() }
    /// Tests run beside each other; each of these has a few connections and threads.
    private static let places = Places(8)

    let port: Int
    private let process: Process
    private let input: Pipe
    private let number = Mutex(0)

    /// A server, and in it a database with the ledger's tables, from which those of the tests are copied.
    init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "tradewind-postgres-\(UUID().uuidString)"
        )
        port = try Self.freePort()
        process = Process()
        input = Pipe()
        let output = Pipe()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../scripts/postgres/run")
        process.executableURL = script.standardized
        process.arguments = ["--forget", directory.path, String(port), "fsync=off", "max_connections=300"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.availableData
        try #require(String(decoding: said, as: UTF8.self).hasPrefix("ready"), "PostgreSQL did not start")
        let settings = settings(of: "postgres")
        try PostgresConnection(settings, .migrate).execute(["CREATE ROLE \(Self.runtimeRole) LOGIN"], phase: .begin)
    }

    /// Runs `body` with the settings of a new database, and removes it afterwards.
    static func withDatabase(_ body: (PostgresSettings) async throws -> Void) async throws {
        await places.enter()
        do {
            try await withOwnDatabase(body)
        } catch {
            await places.leave()
            throw error
        }
        await places.leave()
    }

    private static func withOwnDatabase(_ body: (PostgresSettings) async throws -> Void) async throws {
        let server = try await onThread { try shared.get() }
        let name = server.number.withLock { number in
            number += 1
            return "test\(number)"
        }
        try await server.manage("CREATE DATABASE \(name)")
        do {
            try await body(server.settings(of: name))
        } catch {
            try await server.manage("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
        try await server.manage("DROP DATABASE \(name) WITH (FORCE)")
    }

    /// The role as which the shops of tests run: it may read and write rows only.
    static let runtimeRole = "runtime"

    /// Makes a shop's tables in a database, and returns the settings of a server that may not alter them; blocks its thread.
    static func runtime(of settings: PostgresSettings) throws -> PostgresSettings {
        try PostgresMigrator.run(settings, runtimeRole: runtimeRole) { _ in }
        return role(runtimeRole, settings)
    }

    /// The same database, with another role.
    static func role(_ role: String, _ settings: PostgresSettings) -> PostgresSettings {
        var settings = settings
        let address = settings.connection.reveal().replacing("//tradewind@", with: "//\(role)@")
        settings.connection = Secret(address)
        return settings
    }

    func settings(of database: String) -> PostgresSettings {
        PostgresSettings(
            connection: Secret("postgres://tradewind@127.0.0.1:\(port)/\(database)"),
            usesServerTime: false
        )
    }

    func manage(_ sql: String) async throws {
        let settings = settings(of: "postgres")
        try await onThread { try PostgresConnection(settings, .migrate).execute([sql], phase: .begin) }
    }

    /// Has the server read its settings again, and waits until sessions know.
    func reload() async throws {
        try await manage("SELECT pg_reload_conf()")
        try await Task.sleep(for: .milliseconds(300))
    }

    /// Waits for a commit that waits for a standby, and ends its wait as an operator would.
    func endWait() async throws {
        let settings = settings(of: "postgres")
        let waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query = 'COMMIT'"
        try await onThread {
            let connection = try PostgresConnection(settings, .migrate)
            let deadline = ContinuousClock.now + .seconds(60)
            while try connection.run(waiting, phase: .load).count == 0 {
                try #require(ContinuousClock.now < deadline, "no commit waits for the standby")
                usleep(20_000)
            }
            let ended = "SELECT pg_cancel_backend(pid) FROM (\(waiting)) AS waiting"
            _ = try connection.run(ended, phase: .load)
        }
    }

    /// Runs a statement by the server's own client, and returns what it prints.
    @discardableResult
    func psql(_ sql: String, database: String = "postgres") throws -> String {
        let client = Process()
        client.executableURL = URL(filePath: "/usr/bin/env")
        client.arguments = [
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", String(port), "-U",
            "tradewind", "-d", database, "-c", sql,
        ]
        let output = Pipe()
        client.standardOutput = output
        try client.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        client.waitUntilExit()
        try #require(client.terminationStatus == 0, "\(sql)")
        return String(decoding: said, as: UTF8.self)
    }

    /// Begins statements in one transaction, by the server's own client, and returns once the first of them has answered.
    static func beginning(_ sql: String, _ settings: PostgresSettings) throws -> Process {
        let client = Process()
        client.executableURL = URL(filePath: "/usr/bin/env")
        let begun = sql.split(separator: ";").flatMap { ["-c", String($0)] }
        client.arguments =
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-1", settings.connection.reveal()] + begun
        let output = Pipe()
        client.standardOutput = output
        try client.run()
        try #require(!output.fileHandleForReading.availableData.isEmpty, "\(sql)")
        return client
    }

    /// Runs a statement on the database of settings, by the server's own client.
    @discardableResult
    static func psql(_ sql: String, _ settings: PostgresSettings) throws -> String {
        let database = settings.connection.reveal().split(separator: "/").last.map(String.init) ?? ""
        return try shared.get().psql(sql, database: database)
    }

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Lets a few in at once.
private actor Places {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
