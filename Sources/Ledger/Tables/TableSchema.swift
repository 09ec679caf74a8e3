// A table is described once, next to its row, and every engine follows the description: a SQL engine derives its statements from it
// (SQLDialect). A new column comes last, because that is where a migration adds it.

/// A table: its columns, the key first, its indexes and its checks.
public final class TableSchema: Sendable {
    /// How an engine stores the rows, if it has a choice.
    public enum Layout: Sendable {
        /// In the order of the key: for short rows.
        case byKey
        /// Apart from the index of the keys: for long rows, so that a search by key does not read them.
        case apart
    }

    /// Whole rows.
    public let whole: RowSelection
    /// The keys alone.
    public let keyPart: RowSelection
    /// The column `document` alone, if the table has one.
    public let documentPart: RowSelection
    /// How an engine stores the rows, if it has a choice.
    public let layout: Layout
    /// Indexes besides the one of the keys.
    public let indexes: [TableIndex]
    /// Conditions that every row meets, in SQL.
    public let checks: [String]

    /// A table.
    public init(
        _ name: String,
        key: [Column],
        _ columns: [Column],
        layout: Layout = .byKey,
        indexes: [TableIndex] = [],
        checks: [String] = []
    ) {
        let all = key + columns
        whole = RowSelection(name, all, keyCount: key.count, places: Array(all.indices))
        keyPart = RowSelection(name, all, keyCount: key.count, places: Array(key.indices))
        let documents = all.indices.filter { all[$0].name == "document" }
        documentPart = RowSelection(name, all, keyCount: key.count, places: documents)
        self.layout = layout
        self.indexes = indexes
        self.checks = checks
    }

    /// Its name in SQL.
    public var name: String { whole.tableName }
    /// Its columns, the key first.
    public var columns: [Column] { whole.columns }
    /// The number of key columns.
    public var keyCount: Int { whole.keyCount }

    /// Some of its columns, in this order.
    public func selection(_ names: String...) -> RowSelection {
        RowSelection(name, columns, keyCount: keyCount, places: names.map { whole.place(of: $0) })
    }
}

/// A secondary index of a table.
public struct TableIndex: Sendable {
    /// Its name in SQL.
    public let name: String
    /// The columns by which it is ordered.
    public let columns: [String]
    /// The condition of a partial index, in SQL; nil for an index of all rows.
    public let condition: String?
    /// Whether no two rows may have the same values in its columns.
    public let isUnique: Bool

    /// An index.
    public init(_ name: String, on columns: String..., where condition: String? = nil, isUnique: Bool = false) {
        self.name = name
        self.columns = columns
        self.condition = condition
        self.isUnique = isUnique
    }
}

/// The columns of a table that a read asks for.
///
/// A class, so that engines can keep their statements by its identity.
public final class RowSelection: Sendable {
    /// The table's name in SQL.
    public let tableName: String
    /// How many columns make the table's key.
    public let keyCount: Int
    /// The selected columns, in this order.
    public let columns: [Column]
    /// Their positions in the table.
    let places: [Int]
    private let tableColumns: [Column]

    fileprivate init(_ tableName: String, _ tableColumns: [Column], keyCount: Int, places: [Int]) {
        self.tableName = tableName
        self.tableColumns = tableColumns
        self.keyCount = keyCount
        self.places = places
        columns = places.map { tableColumns[$0] }
    }

    /// The columns of the table's key.
    public var key: ArraySlice<Column> { tableColumns.prefix(keyCount) }

    /// The position of a column in the table, which must have it.
    func place(of name: String) -> Int {
        guard let place = tableColumns.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("\(tableName) has no column \(name)")
        }
        return place
    }

    /// A column of the table, which must have it.
    func column(_ name: String) -> Column { tableColumns[place(of: name)] }
}
