import Foundation
import LedgerEngines
import LedgerPostgres
import Secrets

/// Where the ledger of a test's shop is: a file of the shop, or a database of its own.
struct LedgerPlace: Sendable {
    /// The port of the PostgreSQL server on which each shop of these tests has a database; nil where each has a file.
    static let server = ProcessInfo.processInfo.environment["TRADEWIND_TEST_POSTGRES"]

    private let address: String?
    private let name = "shop_" + UUID().uuidString.filter { $0 != "-" }.lowercased()

    /// A place that nobody else has.
    init() throws {
        address = Self.server.map { [name] in "postgres://tradewind@127.0.0.1:\($0)/\(name)" }
        guard address != nil else { return }
        guard try Self.psql("CREATE DATABASE \(name)") == 0 else { throw ProcessFailure("no database could be made") }
    }

    /// What processes have to be told.
    var environment: [String: String] { address.map { ["TRADEWIND_POSTGRES_URL": $0] } ?? [:] }

    /// The ledger, which is the file `path` where it is a file.
    func ledger(in path: String) -> LedgerLocation {
        guard let address else { return LedgerLocation(path: path) }
        return .server(PostgresSettings(connection: Secret(address)), localPath: path)
    }

    /// Removes the database.
    func clean() {
        if address != nil { _ = try? Self.psql("DROP DATABASE \(name) WITH (FORCE)") }
    }

    /// Runs a statement; returns the exit code.
    private static func psql(_ sql: String) throws -> Int32 {
        let client = Process()
        client.executableURL = URL(filePath: "/usr/bin/env")
        client.arguments =
            ["psql", "-X", "-q", "-h", "127.0.0.1", "-U", "tradewind", "-p", server ?? "", "-d", "postgres", "-c", sql]
        try client.run()
        client.waitUntilExit()
        return client.terminationStatus
    }
}
