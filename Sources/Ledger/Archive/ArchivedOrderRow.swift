import Trading

/// An order whose rows are in a file of the archive.
///
/// An id is in this table or in `orders`, never in both: the transaction that writes one deletes the other. So there are never two answers,
/// whatever the files contain.
package struct ArchivedOrderRow: LedgerRow {
    /// `archived_orders`, by the order's id.
    package static let schema = TableSchema(
        "archived_orders",
        key: [.id("id")],
        [.integer("file"), .text("reference").orNull],
        indexes: [
            TableIndex("archived_orders_by_reference", on: "reference", "id", where: "reference IS NOT NULL")
        ]
    )

    /// The order.
    package let key: ID<Order>
    /// The number of the file that has its rows.
    package let file: Int64
    /// The merchant's own reference, which no other order may get where references are unique; nil for a prober's order.
    package let reference: String?

    /// An order in a file.
    package init(_ order: ID<Order>, file: Int64, reference: String?) {
        key = order
        self.file = file
        self.reference = reference
    }

    /// Writes the columns.
    package func write(to columns: inout some ColumnWriter) {
        columns.id(key)
        columns.integer(file)
        columns.text(reference)
    }

    /// Reads the columns.
    package init?(from columns: inout some ColumnReader) {
        guard let order = columns.id(Order.self), let file = columns.integer() else { return nil }
        self.init(order, file: file, reference: columns.text())
    }
}
