import Foundation
import Ledger

/// Gives the free pages of a ledger's file back to the disk, while no process has the file open.
///
/// Deleted rows leave free pages, which new rows use again: a file in use stops growing, and does not shrink. Giving pages back bit by bit
/// would need a map of pages in every file (`auto_vacuum`), which each insertion maintains; so the file is written anew instead, in one
/// transaction. Cost: twice the size of the new file on the disk meanwhile, and a read and a write of all rows.
///
/// Source: sqlite.org/lang_vacuum.html.
public enum SQLiteShrink {
    /// The size of the file, in bytes.
    public struct Outcome: Hashable, Sendable {
        /// The size before.
        public let before: Int64
        /// The size now.
        public let after: Int64
    }

    /// Writes the file anew without free pages.
    ///
    /// Blocks its thread.
    ///
    /// - Throws: a failure with the code `busy` where another process has the file open; nothing is changed then.
    public static func run(_ settings: SQLiteSettings) throws(LedgerFailure) -> Outcome {
        let connection = try SQLiteConnection(
            path: settings.path,
            mode: .write,
            busyMilliseconds: settings.busyMilliseconds
        )
        let before = try size(connection)
        // In this mode the log is used without the memory that processes share, so it begins only if no other has the file open.
        try connection.execute(
            """
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
            BEGIN IMMEDIATE; COMMIT; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)
            """,
            phase: .commit
        )
        return Outcome(before: before, after: try size(connection))
    }

    private static func size(_ connection: SQLiteConnection) throws(LedgerFailure) -> Int64 {
        let pages = try connection.integer("PRAGMA page_count", phase: .load) ?? 0
        return pages * (try connection.integer("PRAGMA page_size", phase: .load) ?? 0)
    }
}
