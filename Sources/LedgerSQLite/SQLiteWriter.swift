import Foundation
import Ledger
import Trading

/// The committer's connection.
final class SQLiteWriter: LedgerWriter {
    let connection: SQLiteConnection
    private let settings: SQLiteSettings
    private let turnstile: WriterTurnstile
    private let log: LogFile
    private let turns: TurnRecords
    private var commits = 0

    /// - Throws: a failure where the log cannot be opened.
    init(_ connection: SQLiteConnection, settings: SQLiteSettings) throws(LedgerFailure) {
        self.connection = connection
        self.settings = settings
        // The connection is in WAL mode, so the log is there, and stays for as long as the connection does.
        log = try LogFile(path: settings.path + "-wal")
        turns = TurnRecords(connection)
        turnstile = WriterTurnstile(path: settings.path, patience: .milliseconds(settings.busyMilliseconds))
    }

    func begin() throws(LedgerFailure) -> LedgerTurn? {
        turnstile.enter()
        do throws(LedgerFailure) {
            try connection.prepare("BEGIN IMMEDIATE", phase: .begin).run(phase: .begin)
            return try turns.newest()
        } catch {
            rollback()
            throw error
        }
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try connection.rows(query)
    }

    /// One statement for each table, which looks up one key after another: nothing is saved by asking an engine in the same process at once.
    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns] {
        var tables: [RowColumns] = []
        tables.reserveCapacity(keys.count)
        for keys in keys {
            let statement = try connection.select(keys.selection)
            var found = RowColumns()
            for key in 0..<keys.count {
                try statement.run(keys.keys, row: key, of: keys.selection.keyCount, phase: .load) {
                    $0.addColumns(keys.selection.columns.count, to: &found)
                }
            }
            tables.append(found)
        }
        return tables
    }

    func save(_ changes: [TableChanges]) throws(LedgerFailure) {
        for change in changes {
            let statements = connection.table(change.table)
            let (width, keys) = (change.table.columns.count, change.table.keyCount)
            for row in 0..<change.deleted.values.count / keys {
                try statements.delete().run(change.deleted, row: row, of: keys, phase: .save)
            }
            for row in 0..<change.updated.values.count / width {
                try statements.update().run(change.updated, row: row, of: width, phase: .save)
                guard connection.changedRows == 1 else {
                    let detail = "\(change.table.name) lost a row"
                    throw LedgerFailure(.corrupt, phase: .save, retry: .never, detail: detail)
                }
            }
            for row in 0..<change.inserted.values.count / width {
                try statements.insert().run(change.inserted, row: row, of: width, phase: .save)
            }
        }
    }

    /// Another process can write during the sync, and this one decides its next batch.
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? {
        { [log] () throws(LedgerFailure) in try log.sync() }
    }

    func commit(_ turn: LedgerTurn) throws(LedgerFailure) {
        try turns.add(turn)
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
        // Nothing was made durable; if the rollback fails too, the next BEGIN reports the connection's error.
        _ = try? connection.prepare("ROLLBACK", phase: .commit).run(phase: .commit)
    }

    func lastTurn(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn? { try turns.last(of: writer) }

    /// Helps the checkpointer when the log grows faster than it can be moved.
    private func shortenLog() {
        var status = stat()
        guard stat(settings.path + "-wal", &status) == 0, Int64(status.st_size) > settings.walBytes else { return }
        connection.checkpointPassively()
    }
}
