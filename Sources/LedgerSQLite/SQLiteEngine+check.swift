import Ledger

extension ReaderThreads<SQLiteConnection> {
    /// What is wrong with the structure of the file, in SQLite's words.
    ///
    /// Source: sqlite.org/pragma.html#pragma_quick_check.
    func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        try await read { connection throws(LedgerFailure) in
            let pragma = check == .quick ? "quick_check" : "integrity_check"
            let statement = try connection.prepare("PRAGMA \(pragma)(100)", phase: .load)
            defer { statement.reset() }
            var errors: [String] = []
            while try statement.step(phase: .load) {
                var columns = statement.columns
                if let text = columns.text(), text != "ok" { errors.append(text) }
            }
            return errors
        }
    }
}

/// A ledger file opened for inspection: nothing is written, created or migrated; other processes may have it open.
///
/// While a snapshot is open the log cannot be shortened past it, so a long inspection lets the log of a busy shop grow.
public final class SQLiteInspection: LedgerEngine {
    private let readers: ReaderThreads<SQLiteConnection>

    /// Opens an existing file for reading.
    ///
    /// - Throws: a failure where the file is missing, is not a ledger, or has another release's schema.
    public init(_ settings: SQLiteSettings) throws(LedgerFailure) {
        readers = try ReaderThreads(count: 1) { () throws(LedgerFailure) in
            let connection = try SQLiteConnection(
                path: settings.path,
                mode: .read,
                busyMilliseconds: settings.busyMilliseconds
            )
            try connection.execute(
                "PRAGMA query_only = ON; PRAGMA cache_size = -\(settings.cacheKibibytes)",
                phase: .begin
            )
            try Self.checkSchema(connection)
            return connection
        }
    }

    /// Refuses: an inspection only reads.
    public func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        throw LedgerFailure(.closed, phase: .begin, retry: .never, detail: "opened for reading only")
    }

    /// Reads on the inspection's own thread, in one transaction.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await readers.read(body)
    }

    /// Checks every page and every row's form, and for a full check every index against its table.
    public func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        try await readers.structureErrors(check)
    }

    /// Ends the thread.
    public func close() async {
        readers.stop()
    }

    /// Looks whether an existing file has this build's schema, without changing it.
    ///
    /// - Throws: a failure where it has another one, or is no ledger.
    public static func checkSchema(of settings: SQLiteSettings) throws(LedgerFailure) {
        try checkSchema(
            SQLiteConnection(path: settings.path, mode: .read, busyMilliseconds: settings.busyMilliseconds)
        )
    }

    /// The secret of the shop whose ledger is a file; nil where no server has opened it yet.
    public static func secret(of settings: SQLiteSettings) throws(LedgerFailure) -> [UInt8]? {
        let connection = try SQLiteConnection(
            path: settings.path,
            mode: .read,
            busyMilliseconds: settings.busyMilliseconds
        )
        guard try count("SELECT count(*) FROM sqlite_schema WHERE name = 'settings'", connection) == 1 else {
            return nil
        }
        return try connection.row(SettingRow.self, SettingRow.orderSecret)?.value
    }

    private static func checkSchema(_ connection: SQLiteConnection) throws(LedgerFailure) {
        let names = Migration.all.map { "'\($0.name)'" }.joined(separator: ", ")
        let known = try count("SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'", connection)
        guard known == 1 else { throw schemaFailure("the file is not a ledger") }
        let applied = try count("SELECT count(*) FROM migrations WHERE name IN (\(names))", connection)
        let all = try count("SELECT count(*) FROM migrations", connection)
        guard all == applied else { throw schemaFailure("the database is newer than this build; use a newer build") }
        guard applied == Migration.all.count else {
            throw schemaFailure("the database is older than this build; start the server once to migrate it")
        }
    }

    private static func count(_ sql: String, _ connection: SQLiteConnection) throws(LedgerFailure) -> Int {
        Int(try connection.integer(sql, phase: .begin) ?? 0)
    }

    private static func schemaFailure(_ detail: String) -> LedgerFailure {
        LedgerFailure(.corrupt, phase: .begin, retry: .never, detail: detail)
    }
}
