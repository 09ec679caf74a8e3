import Trading

/// An order, with the columns for lists.
///
/// A class, so that a row is passed through a batch by reference.
public final class OrderRow: LedgerRow {
    /// `orders`, by id and so by time.
    public static let schema = TableSchema(
        "orders",
        key: [.id("id")],
        [
            .integer("state"), .id("customer").orNull, .bytes("document"), .time("reserved_until").orNull,
            .flag("probe").added(with: "0"), .integer("address").orNull, .integer("buyer").orNull,
            .text("email").orNull, .text("reference").orNull, .integer("balance").orNull,
        ],
        layout: .apart,
        indexes: [
            TableIndex("orders_by_state", on: "state", "id"),
            TableIndex("orders_by_customer", on: "customer", "id", where: "customer IS NOT NULL"),
            TableIndex("orders_by_reservation", on: "reserved_until", where: "reserved_until IS NOT NULL"),
            TableIndex("orders_by_email", on: "email", "id", where: "email IS NOT NULL"),
            TableIndex("orders_by_reference", on: "reference", "id", where: "reference IS NOT NULL"),
            TableIndex("orders_by_balance", on: "balance", "id", where: "balance IS NOT NULL"),
        ]
    )
    /// The document, and what it does not say.
    public static let selection = schema.selection("document", "address", "buyer")

    /// The order.
    public let order: Order
    /// Its JSON: what the API answers.
    public let document: [UInt8]

    /// Value of the column `balance`: money for the order is due.
    public static let isDue: Int64 = 1
    /// Value of the column `balance`: its customer is owed money.
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
        columns.id(order.id)
        columns.integer(order.state.rawValue)
        columns.id(order.customer?.id)
        columns.bytes(document)
        columns.time(order.reservedUntil)
        columns.flag(order.isProbe)
        let client = order.isHeldUnpaid ? order.client : nil
        columns.integer(client?.address)
        columns.integer(client?.buyer)
        columns.text(order.customer?.email.map { EmailKey($0).text })
        columns.text(order.reference)
        columns.integer(order.due.isZero ? (order.owed.isZero ? nil : Self.isOwed) : Self.isDue)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let document = columns.bytes(), var order = Order(document: document) else { return nil }
        let client = UnpaidClient(address: columns.integer(), buyer: columns.integer())
        if client != UnpaidClient() { order.client = client }
        self.order = order
        self.document = document
    }
}

extension LedgerView {
    /// Orders whose reservation ends at or before `time`, the longest due first.
    ///
    /// Cost: one range of an index.
    public func dueOrders(_ time: Timestamp, limit: Int) throws(LedgerFailure) -> [ID<Order>] {
        try rows(RowQuery<KeyOf<OrderRow>>.due("reserved_until", at: time, limit: limit)).map(\.key)
    }
}
