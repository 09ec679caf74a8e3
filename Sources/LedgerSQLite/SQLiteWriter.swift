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
    private let journal: ChangeJournal?
    private var commits = 0

    /// - Throws: a failure where the log cannot be opened.
    init(_ connection: SQLiteConnection, settings: SQLiteSettings) throws(LedgerFailure) {
        self.connection = connection
        self.settings = settings
        // The connection is in WAL mode, so the log is there, and stays for as long as the connection does.
        log = try LogFile(path: settings.path + "-wal")
        turns = TurnRecords(connection)
        journal = settings.journal.map { ChangeJournal($0) }
        turnstile = WriterTurnstile(path: settings.path, patience: .milliseconds(settings.busyMilliseconds))
    }

    func begin() throws(LedgerFailure) -> LedgerTurn? {
        turnstile.enter()
        do throws(LedgerFailure) {
            try connection.prepare("BEGIN IMMEDIATE", phase: .begin).run(phase: .begin)
            let newest = try turns.newest()
            journal?.begin(after: newest)
            return newest
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
            try connection.save(change.deleted, change.updated, change.inserted, in: change.table)
        }
        journal?.add(changes)
    }

    /// Another process can write during the sync, and this one decides its next batch.
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? {
        { [log] () throws(LedgerFailure) in try log.sync() }
    }

    func commit(_ turn: LedgerTurn) throws(LedgerFailure) {
        try turns.add(turn)
        journal?.write(turn)
        try connection.puttingOffSync { () throws(LedgerFailure) in
            try connection.prepare("COMMIT", phase: .commit).run(phase: .commit)
        }
        turnstile.leave()
        commits += 1
        if commits % 256 == 0 { shortenLog() }
    }

    /// What was committed before is made durable by ``sync``, whoever committed it.
    func confirm() { rollback() }

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

extension SQLiteConnection {
    /// Deletes, updates and inserts rows of a table, in this order.
    func save(
        _ deleted: RowColumns,
        _ updated: RowColumns,
        _ inserted: RowColumns,
        in schema: TableSchema
    ) throws(LedgerFailure) {
        let statements = table(schema)
        let (width, keys) = (schema.columns.count, schema.keyCount)
        for row in 0..<deleted.values.count / keys {
            try statements.delete().run(deleted, row: row, of: keys, phase: .save)
        }
        for row in 0..<updated.values.count / width {
            try statements.update().run(updated, row: row, of: width, phase: .save)
            guard changedRows == 1 else {
                throw LedgerFailure(.corrupt, phase: .save, retry: .never, detail: "\(schema.name) lost a row")
            }
        }
        for row in 0..<inserted.values.count / width {
            try statements.insert().run(inserted, row: row, of: width, phase: .save)
        }
    }
}
