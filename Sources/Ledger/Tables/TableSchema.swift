// Tables are described once, here, and every engine follows the description: a SQL engine derives what it says from it (SQLDialect). A new
// column stands last, since that is where a migration adds it.

/// A table: its columns, the key first, its indexes, and what is true of every row.
public final class TableSchema: Sendable {
    /// How an engine that has a choice keeps the rows.
    public enum Layout: Sendable {
        /// In the order of the key: rows are short.
        case byKey
        /// Apart from an index of the keys: rows are long, so that those beside one that is looked for are passed by.
        case apart
    }

    /// Whole rows.
    public let whole: RowSelection
    /// The keys alone.
    public let keyPart: RowSelection
    /// The column `document` alone, in a table that has one.
    public let documentPart: RowSelection
    /// How an engine that has a choice keeps the rows.
    public let layout: Layout
    /// Indexes besides the one of the keys.
    public let indexes: [TableIndex]
    /// What is true of every row, in SQL.
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
    /// Which rows it holds, in SQL; nil for all.
    public let condition: String?
    /// Whether no two rows may agree in its columns.
    public let isUnique: Bool

    /// An index.
    public init(_ name: String, on columns: String..., where condition: String? = nil, isUnique: Bool = false) {
        self.name = name
        self.columns = columns
        self.condition = condition
        self.isUnique = isUnique
    }
}

/// The columns of a table from which a row, or a part of one, is read.
///
/// A class, so that engines know it by its identity and keep their statements under it.
public final class RowSelection: Sendable {
    /// The table's name in SQL.
    public let tableName: String
    /// How many columns make the table's key.
    public let keyCount: Int
    /// The columns that are read, in this order.
    public let columns: [Column]
    /// Where they stand in the table.
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

    /// Where a column stands in the table, which must have it.
    func place(of name: String) -> Int {
        guard let place = tableColumns.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("\(tableName) has no column \(name)")
        }
        return place
    }

    /// A column of the table, which must have it.
    func column(_ name: String) -> Column { tableColumns[place(of: name)] }
}
