import Ledger

/// The tables of a ledger's database as they are stored, on a connection of its own.
///
/// Confined to one thread.
package final class PostgresTables: StoredTables {
    private let connection: PostgresConnection

    /// Connects to a database, which must have a ledger of this build's schema.
    package init(_ settings: PostgresSettings) throws(LedgerFailure) {
        connection = try PostgresConnection(settings, .read)
        try PostgresStanding(connection).requireCurrent()
        // Pages are ranges of the keys, whatever the server believes about a table that was empty a moment ago.
        try connection.execute(["SET enable_seqscan = off", "SET enable_sort = off"], phase: .begin)
    }

    /// Whether there is anything in a database: a ledger of whichever release, or what is none.
    package static func isUsed(_ settings: PostgresSettings) throws(LedgerFailure) -> Bool {
        try PostgresStanding(PostgresConnection(settings, .read)) != .empty
    }

    /// What names a database, without any secret.
    package static func words(for settings: PostgresSettings) throws(LedgerFailure) -> String {
        let found = try PostgresConnection(settings, .read).run(
            "SELECT current_database()::text, coalesce(host(inet_server_addr()), 'this machine'), inet_server_port()",
            phase: .load
        )
        var columns = found.columns(of: 0)
        let (database, host, port) = (columns.text() ?? "", columns.text() ?? "", columns.integer())
        return "the PostgreSQL database \(database) on \(host)\(port.map { ":\($0)" } ?? "")"
    }

    /// The first rows of a table behind a key.
    package func page(of table: TableSchema, after key: RowColumns?, limit: Int) throws(LedgerFailure) -> RowColumns {
        var parameters = PostgresParameters()
        if let key { parameters.row(key) }
        parameters.integer(Int64(limit))
        let sql = PostgresDialect().selectPage(of: table, isFirst: key == nil)
        var rows = RowColumns()
        try connection.run(sql, parameters, phase: .load).add(table.columns, to: &rows)
        return rows
    }

    /// Has the server count what is in the tables, so that it plans by it from the first moment on.
    package func analyze() throws(LedgerFailure) {
        for table in LedgerTables.schemas { try connection.execute(["ANALYZE \(table.name)"], phase: .load) }
    }

    /// Gives every row of every table that the database has, whatever the build lists, on one snapshot.
    ///
    /// Left out are the turns of writers, the schema's history, and what belongs to an extension.
    ///
    /// - Parameter found: takes the rows of a table, with the number of their columns.
    package func scan(
        _ found: (_ table: String, _ rows: RowColumns, _ width: Int) -> Void
    ) throws(LedgerFailure) {
        try connection.execute(["BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"], phase: .load)
        let listed = try connection.run(
            """
            SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relname NOT IN ('turns', 'migrations')
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            """,
            phase: .load
        )
        for row in 0..<listed.count {
            var columns = listed.columns(of: row)
            if let name = columns.text() { try scan(name, found) }
        }
        try connection.execute(["COMMIT"], phase: .load)
    }

    private func scan(
        _ table: String,
        _ found: (_ table: String, _ rows: RowColumns, _ width: Int) -> Void
    ) throws(LedgerFailure) {
        try connection.execute(
            ["DECLARE \"all_\(table)\" NO SCROLL CURSOR FOR SELECT * FROM \"\(table)\""],
            phase: .load
        )
        var size = PageSize()
        while true {
            let page = try connection.run("FETCH \(size.rows) FROM \"all_\(table)\"", phase: .load)
            var rows = RowColumns()
            try page.addStored(to: &rows)
            found(table, rows, page.width)
            guard page.count > 0 else { break }
            size.note(rows)
        }
        try connection.execute(["CLOSE \"all_\(table)\""], phase: .load)
    }
}
