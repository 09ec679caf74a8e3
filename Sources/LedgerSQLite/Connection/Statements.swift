import Ledger

/// The prepared statements that change one table on one connection; each is prepared when it is first used.
final class TableStatements {
    private unowned let connection: SQLiteConnection
    private let table: TableSchema
    private var prepared: (insert: SQLiteStatement?, update: SQLiteStatement?, delete: SQLiteStatement?)

    init(_ table: TableSchema, on connection: SQLiteConnection) {
        self.connection = connection
        self.table = table
    }

    func insert() throws(LedgerFailure) -> SQLiteStatement {
        if let statement = prepared.insert { return statement }
        let statement = try connection.prepare(SQLiteDialect().insert(into: table), phase: .save)
        prepared.insert = statement
        return statement
    }

    func update() throws(LedgerFailure) -> SQLiteStatement {
        if let statement = prepared.update { return statement }
        let statement = try connection.prepare(SQLiteDialect().update(table), phase: .save)
        prepared.update = statement
        return statement
    }

    func delete() throws(LedgerFailure) -> SQLiteStatement {
        if let statement = prepared.delete { return statement }
        let statement = try connection.prepare(SQLiteDialect().delete(from: table), phase: .save)
        prepared.delete = statement
        return statement
    }
}
