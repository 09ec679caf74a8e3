import Trading

/// A credit.
public struct CreditRow: LedgerRow {
    /// `credits`, by id.
    public static let schema = TableSchema(
        "credits",
        key: [Column("id", .blob)],
        [
            Column("kind", .integer), Column("customer", .blob), Column("order_id", .blob), Column("document", .blob),
        ]
    )

    /// The credit.
    public let credit: Credit

    /// The row of a credit.
    public init(_ credit: Credit) {
        self.credit = credit
    }

    /// Its id.
    public var key: ID<Credit> { credit.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(credit.id.bits)
        columns.integer(credit.kind.rawValue)
        columns.bits(credit.customer?.bits)
        columns.bits(credit.order?.bits)
        columns.blob(credit.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.integer()
        _ = columns.bits()
        _ = columns.bits()
        guard let document = columns.blob(), let credit = Credit(document: document) else { return nil }
        self.credit = credit
    }
}
