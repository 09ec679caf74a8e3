import Trading

/// A cart, with its expiry and its customer.
public struct CartRow: DocumentRow {
    /// `carts`, by id.
    public static let schema = TableSchema(
        "carts",
        key: [.id("id")],
        [.time("expires_at"), .bytes("document"), .text("customer").orNull],
        layout: .apart,
        indexes: [TableIndex("carts_by_customer", on: "customer", "id", where: "customer IS NOT NULL")]
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
        columns.id(cart.id)
        columns.time(cart.expiresAt)
        columns.bytes(cart.document)
        columns.text(cart.customer?.description)
    }
}
