import Foundation
import Ledger

/// Applies records of changes to a copy of a ledger's file that no other process has open.
///
/// Confined to one thread. The copy keeps the schema that it has: records name the columns that they hold, so they apply to the schema
/// under which they were written, and a later build migrates the result.
package final class ChangeReplay {
    /// The last turn that is in the copy.
    package private(set) var turn: LedgerTurn
    private let connection: SQLiteConnection
    private let turns: TurnRecords
    private let path: String
    private var catalogues: [UInt64: TableCatalogue] = [:]
    private var uncommitted = 0

    /// What is written in one transaction, in bytes.
    private static let transactionBytes = 64 << 20

    /// Opens a copy.
    package init(path: String) throws(LedgerFailure) {
        self.path = path
        connection = try SQLiteConnection(path: path, mode: .write, busyMilliseconds: 0)
        // A copy that was not finished is thrown away, so nothing of it needs to survive a crash.
        try connection.execute(
            """
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF; PRAGMA cache_size = -131072; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY
            """,
            phase: .begin
        )
        turns = TurnRecords(connection)
        turn = try turns.newest() ?? .none
    }

    /// Adds a description of tables.
    package func describe(_ payload: UnsafeRawBufferPointer) throws(LedgerFailure) {
        guard let catalogue = TableCatalogue(payload: Array(payload)) else { throw damaged("a description of tables") }
        catalogues[catalogue.name] = catalogue
    }

    /// Applies a record.
    ///
    /// - Throws: a failure; `corrupt` where the record does not follow the copy's last turn, cannot be read, or changes a row that is
    ///   not there. The copy is then worthless.
    package func apply(_ header: ChangeHeader, _ payload: UnsafeRawBufferPointer) throws(LedgerFailure) {
        guard header.follows(turn) else { throw damaged("turn \(header.turn.number) does not follow \(turn.number)") }
        guard header.matches(payload), let parts = ChangePayload.parts(payload) else {
            throw damaged("the record of turn \(header.turn.number)")
        }
        guard let catalogue = catalogues[header.tables] else {
            throw damaged("the record of turn \(header.turn.number) has no description of its tables")
        }
        if uncommitted == 0 { try connection.execute("BEGIN", phase: .begin) }
        for part in parts {
            guard part.place < catalogue.tables.count else {
                throw damaged("turn \(header.turn.number) names no table")
            }
            try connection.save(
                part.deleted,
                part.updated,
                part.inserted,
                in: catalogue.tables[part.place]
            )
        }
        turn = header.turn
        uncommitted += ChangeHeader.size + payload.count
        if uncommitted >= Self.transactionBytes { try commit() }
    }

    /// Finishes the copy: a ledger's file as a shop left it after the last turn, durable.
    package func finish() throws(LedgerFailure) {
        if uncommitted == 0 { try connection.execute("BEGIN", phase: .begin) }
        uncommitted = 1
        try commit()
        try connection.execute(
            "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL",
            phase: .commit
        )
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw LedgerFailure(.io, phase: .commit, retry: .never, detail: "\(path) cannot be synced")
        }
    }

    private func commit() throws(LedgerFailure) {
        if turn != .none { try turns.add(turn) }
        try connection.execute("COMMIT", phase: .commit)
        uncommitted = 0
    }

    private func damaged(_ what: String) -> LedgerFailure {
        LedgerFailure(.corrupt, phase: .load, retry: .never, detail: what)
    }
}
