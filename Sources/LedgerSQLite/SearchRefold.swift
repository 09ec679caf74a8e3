import Ledger
import Trading

/// Folds again what was folded by an earlier build, when a file is opened: the words of products are derived, and none is lost.
///
/// A page is one transaction, so that replicas of the release before go on taking orders meanwhile.
struct SearchRefold {
    private let turnstile: WriterTurnstile
    /// Products in one transaction.
    private static let page = 500

    init(_ settings: SQLiteSettings) {
        turnstile = WriterTurnstile(path: settings.path, patience: .milliseconds(settings.busyMilliseconds))
    }

    /// Folds until nothing is left to fold.
    ///
    /// Cost: a look into an index where nothing is.
    func run(on connection: SQLiteConnection) throws(LedgerFailure) {
        // Written out, because only then SQLite knows that the index will do.
        let left = "SELECT 1 FROM products WHERE fold < \(SearchFold.version) LIMIT 1"
        while try connection.integer(left, phase: .begin) != nil { try step(connection) }
    }

    private func step(_ connection: SQLiteConnection) throws(LedgerFailure) {
        turnstile.enter()
        defer { turnstile.leave() }
        try connection.execute("BEGIN IMMEDIATE", phase: .begin)
        do throws(LedgerFailure) {
            for row in try stale(connection) {
                let (columns, width) = (RowColumns(row), ProductRow.schema.columns.count)
                try connection.table(ProductRow.schema).update().run(columns, row: 0, of: width, phase: .save)
            }
            try connection.execute("COMMIT", phase: .begin)
        } catch {
            if connection.isInTransaction {
                // The first failure is the one to tell; a rollback that fails too changes nothing about it.
                _ = try? connection.execute("ROLLBACK", phase: .begin)
            }
            throw error
        }
    }

    private func stale(_ connection: SQLiteConnection) throws(LedgerFailure) -> [ProductRow] {
        let names = ProductRow.selection.columns.map(\.name).joined(separator: ", ")
        let statement = try connection.prepare(
            "SELECT \(names) FROM products WHERE fold < \(SearchFold.version) ORDER BY sku LIMIT \(Self.page)",
            phase: .load
        )
        defer { statement.reset() }
        var rows: [ProductRow] = []
        while try statement.step(phase: .load) { rows.append(try connection.decode(statement)) }
        return rows
    }
}
