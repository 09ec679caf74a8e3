import Ledger
import Trading

/// Folds texts of an earlier folding version again, when a file is opened: the words of products are derived, so none is lost.
///
/// A page is one transaction, so that replicas of the previous release continue to take orders meanwhile.
struct SearchRefold {
    private let turnstile: WriterTurnstile
    /// Products in one transaction.
    private static let page = 500

    init(_ settings: SQLiteSettings) {
        turnstile = WriterTurnstile(path: settings.path, patience: .milliseconds(settings.busyMilliseconds))
    }

    /// Folds until no text is left.
    ///
    /// Cost: one look-up in an index where there is none.
    func run(on connection: SQLiteConnection) throws(LedgerFailure) {
        // A literal, because only then SQLite recognises that the index applies.
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
            // A turn without a record in the change journal: the archiver sees that something else was changed.
            var random = SystemRandomNumberGenerator()
            let (turns, writer) = (TurnRecords(connection), Bits128(high: random.next(), low: random.next()))
            try turns.add(.following(try turns.newest(), at: .now, writer: writer))
            try connection.execute("COMMIT", phase: .begin)
        } catch {
            if connection.isInTransaction {
                // The first failure is reported; a rollback that fails too does not change it.
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
