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

/// A cart, with the time at which it is forgotten, and whose it is.
public struct CartRow: LedgerRow {
    /// `carts`, by id.
    public static let schema = TableSchema(
        "carts",
        key: [Column("id", .blob)],
        [Column("expires_at", .integer), Column("customer", .text), Column("document", .blob)]
    )

    /// The cart.
    public let cart: Cart

    /// The row of a cart.
    public init(_ cart: Cart) {
        self.cart = cart
    }

    /// Its id.
    public var key: ID<Cart> { cart.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(cart.id.bits)
        columns.integer(cart.expiresAt.milliseconds)
        columns.text(cart.customer?.description)
        columns.blob(cart.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.integer()
        _ = columns.text()
        guard let document = columns.blob(), let cart = Cart(document: document) else { return nil }
        self.cart = cart
    }
}

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
