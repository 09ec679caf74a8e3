import Trading

/// A return.
public struct ReturnRow: LedgerRow {
    /// `returns`, by id.
    public static let schema = TableSchema(
        "returns",
        key: [Column("id", .blob)],
        [Column("order_id", .blob), Column("stage", .text), Column("document", .blob)]
    )

    /// The return.
    public let value: Return

    /// The row of a return.
    public init(_ value: Return) {
        self.value = value
    }

    /// Its id.
    public var key: ID<Return> { value.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(value.id.bits)
        columns.bits(value.order.bits)
        columns.text(value.stage.rawValue)
        columns.blob(value.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.bits()
        _ = columns.text()
        guard let document = columns.blob(), let value = Return(document: document) else { return nil }
        self.value = value
    }
}
