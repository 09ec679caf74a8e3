import Ledger
import LedgerSQLite

/// How to audit a ledger.
package struct AuditOptions: Sendable {
    /// How much is looked at.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        /// Every row.
        case full
        /// What is new or changed since the cursor, and all stock counters.
        case incremental
    }

    /// The database file.
    package var database: String
    /// How much is looked at; an incremental audit without a usable cursor is a full one.
    package var scope = Scope.full
    /// The file that remembers how far a clean audit came; nil to remember nothing.
    package var cursor: String?
    /// A file of acknowledged orders, `key<TAB>order id` on each line; nil for none.
    package var journal: String?
    /// How the file's own structure is checked; nil for not at all.
    package var structure: SQLiteStructureCheck? = .quick
    /// Violations listed of each rule; all are counted.
    package var listMax = 100
    /// Whether the shop is known to have been up for the last minutes, so that an overdue reservation is a violation even where
    /// nothing shows that the worker passed it by.
    package var isShopRunning = false
    /// The most new events and movements for an incremental audit, which keeps them in memory; with more it is a full one.
    package var incrementalRowsMax: Int64 = 2_000_000

    /// A full audit of a database file.
    package init(database: String) {
        self.database = database
    }
}

/// How far an audit has come.
package struct AuditProgress: Hashable, Sendable {
    /// What is being looked at, one word.
    package let stage: String
    /// Rows done in this stage.
    package let done: Int
    /// Rows of this stage, where that is known.
    package let total: Int?
}

/// Why there is no report.
///
/// A process that meets one exits with ``exitCode``.
package enum AuditError: Error, Sendable, CustomStringConvertible {
    /// There is no such file, or it cannot be read or written.
    case file(path: String, reason: String)
    /// The ledger cannot be opened or read.
    case ledger(LedgerFailure)

    /// 2: nothing is known about the ledger, which is neither clean (0) nor in violation (1).
    package var exitCode: Int32 { 2 }

    /// One sentence for the person at the terminal.
    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .ledger(let failure): "\(failure): \(failure.detail)"
        }
    }
}
