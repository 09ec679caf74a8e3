/// Keys of one table, to be loaded.
public struct TableKeys: Sendable {
    /// The table, and which of its columns are read.
    public let selection: RowSelection
    /// The columns of each key, one key after another.
    public let keys: RowColumns

    /// The number of keys.
    public var count: Int { keys.values.count / selection.keyCount }
}

/// The changes of a batch in one table.
public struct TableChanges: Sendable {
    /// The table.
    public let table: TableSchema
    /// The keys of the rows to delete.
    public internal(set) var deleted = RowColumns()
    /// The new content of existing rows.
    public internal(set) var updated = RowColumns()
    /// New rows.
    public internal(set) var inserted = RowColumns()

    /// Changes; none at first.
    package init(
        _ table: TableSchema,
        deleted: RowColumns = RowColumns(),
        updated: RowColumns = RowColumns(),
        inserted: RowColumns = RowColumns()
    ) {
        self.table = table
        self.deleted = deleted
        self.updated = updated
        self.inserted = inserted
    }

    /// Removes the rows, and keeps the capacity.
    mutating func removeAll() {
        deleted.removeAll()
        updated.removeAll()
        inserted.removeAll()
    }
}
