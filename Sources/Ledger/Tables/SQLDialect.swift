// SQL statements, derived from the tables' descriptions. A dialect supplies the words in which engines differ.

/// The words of one SQL engine.
public protocol SQLDialect: Sendable {
    /// The type of a column.
    func type(_ kind: Column.Kind) -> String
    /// The placeholder of a parameter, by its number from 1.
    func parameter(_ number: Int) -> String
    /// The text after the columns of a table's definition.
    func ending(of table: TableSchema) -> String
}

extension SQLDialect {
    // MARK: Definitions

    /// The statements that create a table and each of its indexes.
    public func definitions(of table: TableSchema) -> [String] {
        var parts = table.columns.enumerated().map { place, column in
            column.definition(self, isKey: place == 0 && table.keyCount == 1)
        }
        if table.keyCount > 1 { parts.append("PRIMARY KEY (\(table.whole.key.names))") }
        parts += table.checks.map { "CHECK (\($0))" }
        let made = "CREATE TABLE \(table.name) (\(parts.joined(separator: ", ")))\(ending(of: table))"
        return [made] + table.indexes.map { definition(of: $0, table) }
    }

    private func definition(of index: TableIndex, _ table: TableSchema) -> String {
        let kind = index.isUnique ? "UNIQUE INDEX" : "INDEX"
        let condition = index.condition.map { " WHERE \($0)" } ?? ""
        return "CREATE \(kind) \(index.name) ON \(table.name) (\(index.columns.joined(separator: ", ")))\(condition)"
    }

    // MARK: One row

    /// Adds a row; the parameters are its columns.
    public func insert(into table: TableSchema) -> String {
        let marks = table.columns.indices.map { parameter($0 + 1) }.joined(separator: ", ")
        return "INSERT INTO \(table.name) (\(table.columns[...].names)) VALUES (\(marks))"
    }

    /// Changes the row with a key; the parameters are its columns.
    public func update(_ table: TableSchema) -> String {
        let tests = table.columns.enumerated().map { "\($1.name) = \(parameter($0 + 1))" }
        let found = tests.prefix(table.keyCount).joined(separator: " AND ")
        return "UPDATE \(table.name) SET \(tests.dropFirst(table.keyCount).joined(separator: ", ")) WHERE \(found)"
    }

    /// Deletes the row with a key; the parameters are the key's columns.
    public func delete(from table: TableSchema) -> String {
        "DELETE FROM \(table.name) WHERE \(isKey(table.whole))"
    }

    /// Reads the row with a key; the parameters are the key's columns.
    public func select(_ selection: RowSelection) -> String {
        "SELECT \(selection.columns[...].names) FROM \(selection.tableName) WHERE \(isKey(selection))"
    }

    private func isKey(_ selection: RowSelection) -> String {
        selection.key.enumerated().map { "\($1.name) = \(parameter($0 + 1))" }.joined(separator: " AND ")
    }

    // MARK: Queries

    /// Reads the rows of a query; the parameters are the conditions' values, the key to start after, and the limit.
    public func select<R: RowPart>(_ query: RowQuery<R>) -> String {
        let (selection, key) = (R.selection, R.selection.key)
        var count = 0
        func next() -> String {
            count += 1
            return parameter(count)
        }
        var tests = query.conditions.map { condition in
            let name = selection.column(condition.column).name
            switch condition.comparison {
            case .equal where condition.others.isEmpty: return "\(name) = \(next())"
            case .equal:
                return "\(name) IN (\((0...condition.others.count).map { _ in next() }.joined(separator: ", ")))"
            case .atLeast: return "\(name) >= \(next())"
            case .below: return "\(name) < \(next())"
            }
        }
        if let order = query.order, selection.column(order).isNullable { tests.append("\(order) IS NOT NULL") }
        if query.after != nil {
            let marks = key.map { _ in next() }.joined(separator: ", ")
            tests.append("(\(key.names)) \(query.descending ? "<" : ">") (\(marks))")
        }
        let order = ([query.order].compactMap(\.self) + key.map(\.name)).map { query.descending ? "\($0) DESC" : $0 }
        let filter = tests.isEmpty ? "" : " WHERE \(tests.joined(separator: " AND "))"
        return """
            SELECT \(selection.columns[...].names) FROM \(selection.tableName)\(filter) \
            ORDER BY \(order.joined(separator: ", ")) LIMIT \(next())
            """
    }
}

extension Column {
    fileprivate func definition(_ dialect: some SQLDialect, isKey: Bool) -> String {
        let type = "\(name) \(dialect.type(kind))"
        if isKey { return "\(type) PRIMARY KEY" }
        return type + (isNullable ? "" : " NOT NULL") + (initial.map { " DEFAULT \($0)" } ?? "")
    }
}

extension ArraySlice<Column> {
    fileprivate var names: String { map(\.name).joined(separator: ", ") }
}
