import Foundation
import Ledger
import LedgerPostgres
import LedgerSQLite
import OrderArchive

/// Where the ledger of a shop is, and so which engine opens it.
///
/// It is opened here and nowhere else, so that nothing above knows one engine from another.
public enum LedgerLocation: Sendable {
    /// A file.
    case file(SQLiteSettings)
    /// A database of a PostgreSQL server; what each machine keeps for itself is in files whose names begin with `localPath`.
    case server(PostgresSettings, localPath: String)

    /// A file, opened with the usual settings.
    public init(path: String) { self = .file(SQLiteSettings(path: path)) }

    /// Opens the ledger to read and to write; it is made where there is none, and brought up to this build where it is older.
    ///
    /// A ledger that is marked as damaged is opened too, to be read, but not brought up to this build.
    ///
    /// A database that holds another shop than the data directory belongs to is refused, and left as it is.
    ///
    /// - Throws: a failure that says what is wrong with it: corrupt, newer than this build, not writable, another shop's.
    public func open() throws(LedgerFailure) -> GuardedLedger {
        switch self {
        case .file(let settings):
            if damage.isMarked { try SQLiteInspection.checkSchema(of: settings) }
            return GuardedLedger(try SQLiteEngine(settings), damage: damage)
        case .server(let settings, _):
            var shop: [UInt8]?
            let engine = try PostgresEngine(settings) { (secret) throws(LedgerFailure) in
                try refuseOtherShop(secret)
                shop = secret
            }
            if let shop { try bind(toShopWith: shop) }
            return GuardedLedger(engine, damage: damage)
        }
    }

    /// Opens the engine alone, as only a move of the shop may use it.
    func engine() throws(LedgerFailure) -> any LedgerEngine {
        switch self {
        case .file(let settings): try SQLiteEngine(settings)
        case .server(let settings, _): try PostgresEngine(settings)
        }
    }

    /// Binds the machine's data directory to a shop whose ledger is a database, so that it is never opened with another one's.
    ///
    /// Has no effect where it is bound, or the ledger is a file.
    ///
    /// - Parameter secret: the shop's.
    /// - Throws: a failure where that cannot be written down.
    public func bind(toShopWith secret: [UInt8]) throws(LedgerFailure) {
        if case .server = self { try ShopMark(of: localPath).bind(toShopWith: secret) }
    }

    /// Refuses a database that holds another shop than the data directory belongs to.
    private func refuseOtherShop(_ secret: [UInt8]?) throws(LedgerFailure) {
        let path = localPath
        try ShopMark(of: path).check(secret) { () throws(LedgerFailure) in
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            return try SQLiteInspection.secret(of: SQLiteSettings(path: path))
        }
    }

    /// Opens the ledger, runs `body`, and closes it, whether that succeeds or not.
    public func withOpen<Value: Sendable>(
        _ body: (GuardedLedger) async throws -> Value
    ) async throws -> Value {
        let ledger = try open()
        do {
            let value = try await body(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }

    /// Opens the ledger with a committer, runs `body`, and closes both, whether that succeeds or not.
    public func withCommitter<Value: Sendable>(
        _ body: (GuardedLedger, Committer) async throws -> Value
    ) async throws -> Value {
        try await withOpen { ledger in
            let committer = try Committer(engine: ledger)
            // Blocks until what it has begun is committed.
            defer { committer.close() }
            return try await body(ledger, committer)
        }
    }

    /// The record of its checks.
    public var checks: CheckRecord { CheckRecord(of: localPath) }

    /// The mark that says whether the ledger is damaged.
    public var damage: LedgerDamage { LedgerDamage(of: localPath) }

    /// The path with which the names of the machine's own files begin: that of the database file, where the ledger is one.
    public var localPath: String {
        switch self {
        case .file(let settings): settings.path
        case .server(_, let localPath): localPath
        }
    }

    /// Whether only processes of one machine can use it.
    public var isOfOneMachine: Bool {
        if case .file = self { true } else { false }
    }

    /// Whether there is a ledger; true where only its server can tell.
    public var isThere: Bool {
        switch self {
        case .file(let settings): FileManager.default.fileExists(atPath: settings.path)
        case .server: true
        }
    }

    /// Opens a ledger for reading, also while other processes have it open: nothing is written, created or migrated.
    ///
    /// - Throws: a failure where there is none, or it has another schema than this build.
    public func inspect() throws(LedgerFailure) -> any LedgerEngine {
        switch self {
        case .file(let settings): try SQLiteInspection(settings)
        case .server(let settings, _): try PostgresInspection(settings, expecting: refuseOtherShop)
        }
    }

    /// The directory of the shop's archived orders.
    package var archive: ArchiveDirectory { ArchiveDirectory(besideDatabase: localPath) }

    /// Opens a ledger for reading, as ``inspect()`` does, together with its archived orders.
    package func inspectWhole() throws(LedgerFailure) -> WholeLedger {
        WholeLedger(try inspect(), archive)
    }

    /// Gives free space of the ledger's file back to the disk, while no process has it open; blocks its thread.
    ///
    /// - Returns: the size before and now, in bytes.
    /// - Throws: a failure with the code `busy` where a process has it open.
    package func shrink() throws(LedgerFailure) -> (before: Int64, after: Int64) {
        switch self {
        case .file(let settings):
            let outcome = try SQLiteShrink.run(settings)
            return (outcome.before, outcome.after)
        case .server:
            throw LedgerFailure(
                .io,
                phase: .begin,
                retry: .never,
                detail: "a PostgreSQL database is made smaller with VACUUM FULL, by the owner of its tables"
            )
        }
    }
}
