import Trading

/// An order, with the columns by which orders are listed.
///
/// A class, so that a row on its way through a batch is handed on by reference.
public final class OrderRow: LedgerRow {
    /// `orders`, by id and so by time.
    public static let schema = TableSchema(
        "orders",
        key: [Column("id", .blob)],
        [
            Column("state", .integer), Column("customer", .blob), Column("reserved_until", .integer),
            Column("probe", .integer), Column("email", .text), Column("reference", .text), Column("document", .blob),
            Column("address", .integer), Column("buyer", .integer), Column("balance", .integer),
        ]
    )

    /// The order.
    public let order: Order
    /// Its JSON: what the API answers.
    public let document: [UInt8]

    /// In the column `balance`: money for it is due.
    public static let isDue: Int64 = 1
    /// In the column `balance`: its customer is owed money.
    public static let isOwed: Int64 = -1

    /// The row of an order; serialises it.
    public init(_ order: Order) {
        self.order = order
        document = order.document
    }

    /// Its id.
    public var key: ID<Order> { order.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(order.id.bits)
        columns.integer(order.state.rawValue)
        columns.bits(order.customer?.id?.bits)
        columns.integer(order.reservedUntil?.milliseconds)
        columns.integer(order.isProbe ? 1 : 0)
        columns.text(order.customer?.email.map { EmailKey($0).text })
        columns.text(order.reference)
        columns.blob(document)
        let client = order.isHeldUnpaid ? order.client : nil
        columns.integer(client?.address)
        columns.integer(client?.buyer)
        columns.integer(order.due.isZero ? (order.owed.isZero ? nil : Self.isOwed) : Self.isDue)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.integer()
        _ = columns.bits()
        _ = columns.integer()
        _ = columns.integer()
        _ = columns.text()
        _ = columns.text()
        guard let document = columns.blob(), var order = Order(document: document) else { return nil }
        let client = UnpaidClient(address: columns.integer(), buyer: columns.integer())
        if client != UnpaidClient() { order.client = client }
        _ = columns.integer()
        self.order = order
        self.document = document
    }
}
