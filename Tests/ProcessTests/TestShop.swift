import Auditing
import Foundation
import Glibc
import Synchronization
import Testing

/// All tests with real processes; one at a time, so that none measures another's load.
@Suite(.serialized) enum RealProcesses {}

/// A shop in its own directory: a data directory, an admin key, and all processes that a test starts.
final class TestShop: Sendable {
    /// The directory of this shop's files.
    let directory: String
    /// The data directory.
    let data: String
    /// A key with every scope; empty before ``makeKey()``.
    var key: String { adminKey.withLock { $0 } }
    /// Where its ledger is: in the data directory, or in a database of a server.
    let place: LedgerPlace
    /// What its processes are told by their environment.
    var environment: [String: String] { place.environment }
    private let adminKey = Mutex("")
    let children = Mutex<[ChildProcess]>([])

    fileprivate init(data: String?) throws {
        place = try LedgerPlace()
        directory = NSTemporaryDirectory() + "/tradewind-" + UUID().uuidString
        self.data = data ?? directory + "/data"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// The database file.
    var database: String { data + "/tradewind.db" }

    /// Creates the admin key with the command line.
    func makeKey() async throws {
        let made = try await run(["keys", "create", "--data", data, "--scope", "admin"])
        try #require(made.exitStatus == 0, "\(made.errors)")
        adminKey.withLock { $0 = made.output.trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// Starts a server on the data directory, or another one, with all components or those named.
    ///
    /// - Parameter before: a program with its arguments that starts the server.
    func serve(
        _ settings: [String] = [],
        components: String? = nil,
        data: String? = nil,
        port: Int = 0,
        options: [String] = [],
        before: [String] = []
    ) async throws -> ServerProcess {
        let server = try await ServerProcess(
            data: data ?? self.data,
            settings: settings,
            components: components,
            port: port,
            options: options,
            before: before,
            environment: environment,
            writingTo: nextName()
        )
        children.withLock { $0.append(server.child) }
        return server
    }

    /// Runs a command until it exits.
    func run(_ arguments: [String], within limit: Duration = .seconds(20)) async throws -> ChildProcess {
        let child = try ChildProcess(
            [ServerProcess.program] + arguments,
            settings: environment,
            writingTo: nextName()
        )
        children.withLock { $0.append(child) }
        try await child.end(within: limit)
        return child
    }

    /// Audits the ledger as it is.
    func audit(journal: String? = nil) async throws -> AuditReport {
        var options = AuditOptions(place.ledger(in: database))
        options.journal = journal
        options.structure = .quick
        return try await Audit.run(options)
    }

    func nextName() -> String {
        "\(directory)/process-\(UUID().uuidString)"
    }

    fileprivate func clean() {
        for child in children.withLock({ $0 }) {
            child.signal(SIGKILL)
            while child.exitStatus == nil { usleep(1000) }
        }
        try? FileManager.default.removeItem(atPath: directory)
        place.clean()
    }

    /// The last output of every process, for failure messages.
    fileprivate var lastWords: String {
        children.withLock { $0 }.suffix(4).map { "process \($0.pid): \($0.errors.suffix(2000))" }.joined(
            separator: "\n"
        )
    }
}

/// Runs `body` with a shop that has an admin key, and deletes it afterwards.
func withShop(data: String? = nil, hasKey: Bool = true, _ body: (TestShop) async throws -> Void) async throws {
    let shop = try TestShop(data: data)
    defer { shop.clean() }
    do {
        if hasKey { try await shop.makeKey() }
        try await body(shop)
    } catch {
        Issue.record("\(error)\n\(shop.lastWords)")
    }
}
