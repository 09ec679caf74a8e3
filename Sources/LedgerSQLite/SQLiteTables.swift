import Ledger

/// The tables of a ledger's file as they are stored, beside the processes that use it.
///
/// Confined to one thread.
package final class SQLiteTables: StoredTables {
    private let connection: SQLiteConnection

    /// Opens a file, which must be a ledger of this build's schema.
    package init(_ settings: SQLiteSettings) throws(LedgerFailure) {
        try SQLiteInspection.checkSchema(of: settings)
        connection = try SQLiteConnection(path: settings.path, mode: .read, busyMilliseconds: settings.busyMilliseconds)
        try connection.execute("PRAGMA query_only = ON; PRAGMA cache_size = -\(settings.cacheKibibytes)", phase: .begin)
    }

    /// The first rows of a table behind a key.
    package func page(of table: TableSchema, after key: RowColumns?, limit: Int) throws(LedgerFailure) -> RowColumns {
        let sql = SQLiteDialect().selectPage(of: table, isFirst: key == nil)
        var parameters = key ?? RowColumns()
        parameters.integer(Int64(limit))
        var rows = RowColumns()
        try connection.prepare(sql, phase: .load).addRows(table.columns.count, for: parameters, to: &rows)
        return rows
    }
}
