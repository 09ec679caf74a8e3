import Ledger
import LedgerEngines

/// How to audit a ledger.
package struct AuditOptions: Sendable {
    /// Which rows are read.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        /// Every row.
        case full
        /// Rows that are new or changed since the cursor, and all stock counters.
        case incremental
    }

    /// The ledger.
    package var ledger: LedgerLocation
    /// Which rows are read; without a usable cursor an incremental audit becomes a full one.
    package var scope = Scope.full
    /// The file that stores the end of the last clean audit; nil for none.
    package var cursor: String?
    /// A file of acknowledged orders, `key<TAB>order id` on each line; nil for none.
    package var journal: String?
    /// How to check the file's own structure; nil for no check.
    package var structure: StructureCheck? = .quick
    /// Violations listed of each rule; all are counted.
    package var listMax = 100
    /// Whether the shop is known to have been running for the last minutes, so that an overdue reservation is a violation even
    /// without evidence that the worker passed it.
    package var isShopRunning = false
    /// The most new events and movements for an incremental audit, which keeps them in memory; beyond that it becomes a full one.
    package var incrementalRowsMax: Int64 = 2_000_000

    /// A full audit of a ledger.
    package init(_ ledger: LedgerLocation) {
        self.ledger = ledger
    }

    /// A full audit of a database file.
    package init(database: String) {
        self.init(LedgerLocation(path: database))
    }
}

/// The progress of an audit.
package struct AuditProgress: Hashable, Sendable {
    /// The current stage, one word.
    package let stage: String
    /// Rows done in this stage.
    package let done: Int
    /// The rows of this stage, where that is known.
    package let total: Int?
}

/// Why there is no report.
///
/// A process that meets one exits with ``exitCode``.
package enum AuditError: Error, Sendable, CustomStringConvertible {
    /// The file does not exist, or cannot be read or written.
    case file(path: String, reason: String)
    /// The ledger cannot be opened or read.
    case ledger(LedgerFailure)

    /// 2: the state of the ledger is unknown, neither clean (0) nor in violation (1).
    package var exitCode: Int32 { 2 }

    /// One sentence for the person at the terminal.
    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .ledger(let failure): "\(failure): \(failure.detail)"
        }
    }
}
