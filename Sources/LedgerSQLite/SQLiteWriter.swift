import Foundation
import Ledger
import Trading

/// The committer's connection.
final class SQLiteWriter: LedgerWriter {
    let connection: SQLiteConnection
    private let settings: SQLiteSettings
    private let turnstile: WriterTurnstile
    private let log: LogFile
    private var dataVersion: Int64 = -1
    private var commits = 0

    /// - Throws: a failure where the log cannot be opened.
    init(_ connection: SQLiteConnection, settings: SQLiteSettings) throws(LedgerFailure) {
        self.connection = connection
        self.settings = settings
        // The connection is in WAL mode, so the log is there, and stays for as long as the connection does.
        log = try LogFile(path: settings.path + "-wal")
        turnstile = WriterTurnstile(path: settings.path, patience: .milliseconds(settings.busyMilliseconds))
    }

    func begin() throws(LedgerFailure) -> Bool {
        turnstile.enter()
        do throws(LedgerFailure) {
            try connection.prepare("BEGIN IMMEDIATE", phase: .begin).run(phase: .begin)
        } catch {
            turnstile.leave()
            throw error
        }
        // Changes only when another connection has committed (sqlite.org/pragma.html#pragma_data_version).
        let version = try connection.integer("PRAGMA data_version", phase: .begin) ?? -1
        defer { dataVersion = version }
        return version == dataVersion
    }

    func row<R: LedgerRow>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        try connection.row(type, key)
    }

    func rows<R: LedgerRow>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try connection.rows(query)
    }

    func insert(_ row: RowColumns, into table: TableSchema) throws(LedgerFailure) {
        try connection.table(table).insert().run(row, phase: .save)
    }

    func update(_ row: RowColumns, of table: TableSchema) throws(LedgerFailure) {
        try connection.table(table).update().run(row, phase: .save)
        guard connection.changedRows == 1 else {
            throw LedgerFailure(.corrupt, phase: .save, retry: .never, detail: "\(table.name) lost a row")
        }
    }

    func delete(_ key: RowColumns, from table: TableSchema) throws(LedgerFailure) {
        try connection.table(table).delete().run(key, phase: .save)
    }

    /// Another process can write while the log is synced, and this one decide its next batch.
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? {
        { [log] () throws(LedgerFailure) in try log.sync() }
    }

    func commit() throws(LedgerFailure) {
        try connection.puttingOffSync { () throws(LedgerFailure) in
            try connection.prepare("COMMIT", phase: .commit).run(phase: .commit)
        }
        turnstile.leave()
        commits += 1
        if commits % 256 == 0 { shortenLog() }
    }

    func rollback() {
        defer { turnstile.leave() }
        guard connection.isInTransaction else { return }
        do {
            try connection.prepare("ROLLBACK", phase: .commit).run(phase: .commit)
        } catch {
            // Nothing was made durable; the next BEGIN says what is wrong with the connection.
            dataVersion = -1
        }
    }

    /// Helps the checkpointer when the log grows faster than it can follow.
    private func shortenLog() {
        var status = stat()
        guard stat(settings.path + "-wal", &status) == 0, Int64(status.st_size) > settings.walBytes else { return }
        connection.checkpointPassively()
    }
}
