import Ledger
import LedgerSQLite

/// Where the ledger of a shop is, and so which engine opens it.
///
/// It is opened here and nowhere else, so that nothing above knows one engine from another.
public enum LedgerLocation: Sendable {
    /// A file.
    case file(SQLiteSettings)

    /// A file, opened with the usual settings.
    public init(path: String) { self = .file(SQLiteSettings(path: path)) }

    /// Opens the ledger to read and to write; it is made where there is none, and brought up to this build where it is older.
    ///
    /// - Throws: a failure that says what is wrong with it: corrupt, newer than this build, not writable.
    public func open() throws(LedgerFailure) -> any LedgerEngine {
        switch self {
        case .file(let settings): try SQLiteEngine(settings)
        }
    }

    /// Opens a ledger for reading, also while other processes have it open: nothing is written, created or migrated.
    ///
    /// - Throws: a failure where there is none, or it has another schema than this build.
    public func inspect() throws(LedgerFailure) -> any LedgerEngine {
        switch self {
        case .file(let settings): try SQLiteInspection(settings)
        }
    }
}
