/// Keys of one table whose rows are to be loaded.
public struct TableKeys: Sendable {
    /// The table, and which of its columns are read.
    public let selection: RowSelection
    /// The columns of each key, one key after another.
    public let keys: RowColumns

    /// How many keys there are.
    public var count: Int { keys.values.count / selection.keyCount }
}

/// What a batch does to one table.
public struct TableChanges: Sendable {
    /// The table.
    public let table: TableSchema
    /// The keys of the rows to take out.
    public internal(set) var deleted = RowColumns()
    /// Rows in place of those with their keys.
    public internal(set) var updated = RowColumns()
    /// Rows whose keys the table does not have.
    public internal(set) var inserted = RowColumns()

    init(_ table: TableSchema) {
        self.table = table
    }

    /// Forgets the rows, and keeps the room.
    mutating func removeAll() {
        deleted.removeAll()
        updated.removeAll()
        inserted.removeAll()
    }
}
