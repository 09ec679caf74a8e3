import Foundation
import Ledger
import Trading

/// Where a ledger stands, as the archiver sees it.
package struct LedgerPosition: Hashable, Sendable {
    /// The last turn.
    package let turn: LedgerTurn
    /// The last event of the feed.
    package let event: Int64
    /// The number of migrations of the schema: rows that a migration changed are in no record.
    package let migrations: Int64
}

/// A ledger's file, as its archiver reads it beside the shop; nothing is written.
///
/// Confined to one thread.
package final class ChangeSource {
    private let connection: SQLiteConnection

    /// Opens an existing file.
    package init(path: String) throws(LedgerFailure) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw LedgerFailure(.io, phase: .begin, retry: .safe, detail: "there is no \(path)")
        }
        connection = try SQLiteConnection(path: path, mode: .read, busyMilliseconds: 5000)
        try connection.execute("PRAGMA query_only = ON; PRAGMA cache_size = -4096", phase: .begin)
    }

    /// Where the ledger stands now.
    package func position() throws(LedgerFailure) -> LedgerPosition {
        try connection.reading { () throws(LedgerFailure) in try read() }
    }

    /// Copies the ledger as it is now into a new file, while others write.
    ///
    /// The log cannot be shortened meanwhile. Cost: one read and one write of each page.
    package func copy(to path: String) throws(LedgerFailure) -> LedgerPosition {
        try connection.reading { () throws(LedgerFailure) in
            let position = try read()
            try connection.copyPages(to: path)
            return position
        }
    }

    private func read() throws(LedgerFailure) -> LedgerPosition {
        LedgerPosition(
            turn: try TurnRecords(connection).newest() ?? .none,
            event: try connection.integer(
                "SELECT value FROM counters WHERE name = '\(CounterRow.events)'",
                phase: .load
            ) ?? 0,
            migrations: try connection.integer("SELECT count(*) FROM migrations", phase: .load) ?? 0
        )
    }
}

extension SQLiteConnection {
    /// Runs `body` on one snapshot.
    func reading<Value>(_ body: () throws(LedgerFailure) -> Value) throws(LedgerFailure) -> Value {
        try execute("BEGIN", phase: .begin)
        do throws(LedgerFailure) {
            let value = try body()
            try execute("COMMIT", phase: .begin)
            return value
        } catch {
            // The first failure is reported; a transaction that only read has nothing to lose.
            _ = try? execute("ROLLBACK", phase: .begin)
            throw error
        }
    }
}
