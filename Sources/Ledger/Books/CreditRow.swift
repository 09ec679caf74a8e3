import Trading

/// A credit.
public struct CreditRow: DocumentRow {
    /// `credits`, by id.
    public static let schema = TableSchema(
        "credits",
        key: [.id("id")],
        [.integer("kind"), .id("customer").orNull, .id("order_id").orNull, .bytes("document")],
        layout: .apart,
        indexes: [
            TableIndex("credits_by_customer", on: "customer", "id", where: "customer IS NOT NULL"),
            TableIndex("credits_by_order", on: "order_id", "id", where: "order_id IS NOT NULL"),
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
        columns.id(credit.id)
        columns.integer(credit.kind.rawValue)
        columns.id(credit.customer)
        columns.id(credit.order)
        columns.bytes(credit.document)
    }
}
