import Ledger

/// The statements of one table, derived from its schema.
struct Statements {
    let select: String
    let insert: String
    let update: String
    let delete: String

    init(_ schema: TableSchema) {
        let names = schema.columns.map(\.name)
        let keys = names.prefix(schema.keyCount)
        let columns = names.joined(separator: ", ")
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let match = keys.map { "\($0) = ?" }.joined(separator: " AND ")
        // Numbered, so that every statement takes its parameters in the schema's order.
        let numbered = names.enumerated().map { "\($1) = ?\($0 + 1)" }
        let found = numbered.prefix(schema.keyCount).joined(separator: " AND ")
        let changes = numbered.dropFirst(schema.keyCount).joined(separator: ", ")
        select = "SELECT \(columns) FROM \(schema.name) WHERE \(match)"
        insert = "INSERT INTO \(schema.name) (\(columns)) VALUES (\(marks))"
        update = "UPDATE \(schema.name) SET \(changes) WHERE \(found)"
        delete = "DELETE FROM \(schema.name) WHERE \(match)"
    }

    /// The statement of a query; its parameters are the conditions' values, the key to start after, and the limit.
    static func select<R: LedgerRow>(_ query: RowQuery<R>) -> String {
        let schema = R.schema
        let names = schema.columns.map(\.name)
        let keys = Array(names.prefix(schema.keyCount))
        var tests = query.conditions.map { condition -> String in
            precondition(names.contains(condition.column), "\(schema.name) has no column \(condition.column)")
            switch condition.comparison {
            case .equal where !condition.others.isEmpty:
                return "\(condition.column) IN (?\(String(repeating: ", ?", count: condition.others.count)))"
            case .equal: return "\(condition.column) = ?"
            case .atLeast: return "\(condition.column) >= ?"
            case .below: return "\(condition.column) < ?"
            }
        }
        if query.after != nil {
            let marks = keys.map { _ in "?" }.joined(separator: ", ")
            tests.append("(\(keys.joined(separator: ", "))) \(query.descending ? "<" : ">") (\(marks))")
        }
        let order = keys.map { query.descending ? "\($0) DESC" : $0 }.joined(separator: ", ")
        let filter = tests.isEmpty ? "" : " WHERE " + tests.joined(separator: " AND ")
        return "SELECT \(names.joined(separator: ", ")) FROM \(schema.name)\(filter) ORDER BY \(order) LIMIT ?"
    }
}

/// The prepared statements of one table on one connection; each is prepared when it is first used.
final class TableStatements {
    private unowned let connection: SQLiteConnection
    private let sql: Statements
    private var prepared: [SQLiteStatement?] = [nil, nil, nil, nil]

    init(_ schema: TableSchema, on connection: SQLiteConnection) {
        self.connection = connection
        sql = Statements(schema)
    }

    func select() throws(LedgerFailure) -> SQLiteStatement { try statement(0, sql.select, .load) }
    func insert() throws(LedgerFailure) -> SQLiteStatement { try statement(1, sql.insert, .save) }
    func update() throws(LedgerFailure) -> SQLiteStatement { try statement(2, sql.update, .save) }
    func delete() throws(LedgerFailure) -> SQLiteStatement { try statement(3, sql.delete, .save) }

    private func statement(
        _ index: Int,
        _ sql: String,
        _ phase: LedgerFailure.Phase
    ) throws(LedgerFailure) -> SQLiteStatement {
        if let statement = prepared[index] { return statement }
        let statement = try connection.prepare(sql, phase: phase)
        prepared[index] = statement
        return statement
    }
}
