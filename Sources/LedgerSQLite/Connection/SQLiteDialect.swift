import Ledger

/// SQLite's words.
struct SQLiteDialect: SQLDialect {
    func type(_ kind: Column.Kind) -> String {
        switch kind {
        case .integer, .time, .flag: "INTEGER"
        case .text: "TEXT"
        case .id, .bytes: "BLOB"
        }
    }

    /// Numbered, so that a statement takes its parameters in the order of the columns, wherever they stand in it.
    func parameter(_ number: Int) -> String { "?\(number)" }

    func ending(of table: TableSchema) -> String { table.layout == .byKey ? " WITHOUT ROWID" : "" }
}
