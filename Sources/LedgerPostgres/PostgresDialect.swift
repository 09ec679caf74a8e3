import Ledger

/// PostgreSQL's words, and its statements for many rows at once.
struct PostgresDialect: SQLDialect {
    func type(_ kind: Column.Kind) -> String {
        switch kind {
        case .integer, .time: "bigint"
        case .flag: "smallint"
        case .text: "text COLLATE \"C\""
        case .id, .bytes: "bytea"
        }
    }

    func parameter(_ number: Int) -> String { "$\(number)" }

    func ending(of table: TableSchema) -> String { "" }

    // MARK: Many rows

    /// Reads the rows with these keys; the parameters are one array for each column of the key.
    func selectMany(_ selection: RowSelection) -> String {
        let columns = selection.columns.map { "t.\($0.name)" }.joined(separator: ", ")
        return """
            SELECT \(columns) FROM \(arrays(Array(selection.key))) \
            JOIN \(selection.tableName) t ON \(match(selection.key))
            """
    }

    /// Adds rows; the parameters are one array for each column.
    func insertMany(into table: TableSchema) -> String {
        "INSERT INTO \(table.name) (\(names(table.columns))) SELECT \(names(table.columns)) FROM \(arrays(table.columns))"
    }

    /// Changes rows, which must all exist; the parameters are one array for each column, and the number of rows.
    func updateMany(_ table: TableSchema) -> String {
        let changes = table.columns.dropFirst(table.keyCount).map { "\($0.name) = k.\($0.name)" }
        let change = """
            UPDATE \(table.name) t SET \(changes.joined(separator: ", ")) FROM \(arrays(table.columns)) \
            WHERE \(match(table.columns.prefix(table.keyCount)))
            """
        return expecting(change, parameter: table.columns.count + 1)
    }

    /// Deletes rows; the parameters are one array for each column of the key.
    func deleteMany(from table: TableSchema) -> String {
        let key = table.columns.prefix(table.keyCount)
        return "DELETE FROM \(table.name) t USING \(arrays(Array(key))) WHERE \(match(key))"
    }

    /// A change that divides by zero where it did not reach as many rows as the parameter says: in a pipeline only the server can stop what
    /// comes next.
    private func expecting(_ change: String, parameter number: Int) -> String {
        "WITH done AS (\(change) RETURNING 1) SELECT 1 / (count(*) = $\(number))::int FROM done"
    }

    private func arrays(_ columns: [Column]) -> String {
        let marks = columns.enumerated().map { "$\($0 + 1)::\(arrayType($1.kind))" }
        return "unnest(\(marks.joined(separator: ", "))) AS k(\(names(columns)))"
    }

    private func arrayType(_ kind: Column.Kind) -> String {
        switch kind {
        case .integer, .time, .flag: "bigint[]"
        case .text: "text[]"
        case .id, .bytes: "bytea[]"
        }
    }

    private func match(_ key: ArraySlice<Column>) -> String {
        key.map { "t.\($0.name) = k.\($0.name)" }.joined(separator: " AND ")
    }

    private func names(_ columns: [Column]) -> String { columns.map(\.name).joined(separator: ", ") }
}
