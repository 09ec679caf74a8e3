import Trading

/// A restore of the shop.
public struct RestoreRow: LedgerRow {
    /// `restores`, by epoch.
    public static let schema = TableSchema(
        "restores",
        key: [.integer("epoch")],
        [.id("id"), .bytes("document")],
        indexes: [TableIndex("restores_by_id", on: "id", isUnique: true)]
    )
    /// The document alone.
    public static let selection = schema.documentPart

    /// The restore.
    public let restore: Restoration

    /// The row of a restore.
    public init(_ restore: Restoration) {
        self.restore = restore
    }

    /// Its epoch.
    public var key: Int64 { restore.epoch }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.integer(restore.epoch)
        columns.id(restore.id)
        columns.bytes(restore.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let restore = columns.bytes().flatMap(Restoration.init(document:)) else { return nil }
        self.init(restore)
    }
}

extension LedgerView {
    /// All restores of the shop, the oldest first: there are few.
    public func restores() throws(LedgerFailure) -> [Restoration] {
        try rows(RowQuery<RestoreRow>(limit: 10_000)).map(\.restore)
    }
}
