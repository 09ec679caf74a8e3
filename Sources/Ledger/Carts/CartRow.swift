import Trading

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
