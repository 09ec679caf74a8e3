import Trading

/// A gift card; a `CHECK` also ensures that its balance is never negative.
public struct GiftCardRow: DocumentRow {
    /// `gift_cards`, by id.
    public static let schema = TableSchema(
        "gift_cards",
        key: [.id("id")],
        [.integer("balance"), .bytes("document")],
        layout: .apart,
        checks: ["balance >= 0"]
    )

    /// The gift card.
    public let card: GiftCard

    /// The row of a gift card.
    public init(_ card: GiftCard) {
        self.card = card
    }

    /// Its id.
    public var key: ID<GiftCard> { card.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.id(card.id)
        columns.integer(card.balance.amount)
        columns.bytes(card.document)
    }
}

/// A customer's store credit in one currency; a `CHECK` also ensures that it is never negative.
public struct StoreCreditRow: LedgerRow, ListedDocument {
    /// A customer and a currency.
    public struct Key: RowKey {
        /// The customer.
        public let customer: ID<Customer>
        /// The currency.
        public let currency: Currency

        /// Store credit of a customer.
        public init(_ customer: ID<Customer>, _ currency: Currency) {
            self.customer = customer
            self.currency = currency
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.id(customer)
            columns.text(currency.code)
        }

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let customer = columns.id(Customer.self), let currency = columns.text().flatMap(Currency.init)
            else { return nil }
            self.init(customer, currency)
        }
    }

    /// `store_credits`, by customer and currency.
    public static let schema = TableSchema(
        "store_credits",
        key: [.id("customer"), .text("currency")],
        [.integer("amount"), .time("updated_at"), .integer("spent").added(with: "0")],
        checks: ["amount >= 0"]
    )

    /// The customer and the currency.
    public internal(set) var key: Key
    /// The amount in minor units, never negative.
    public internal(set) var amount: Int64
    /// The part that paid for orders and was not refunded, in minor units: it may come back.
    public let spent: Int64
    /// When it last changed.
    public internal(set) var updatedAt: Timestamp

    /// The row of a store credit.
    public init(_ key: Key, amount: Int64, spent: Int64 = 0, updatedAt: Timestamp) {
        self.key = key
        self.amount = amount
        self.spent = spent
        self.updatedAt = updatedAt
    }

    /// The amount.
    public var balance: Money { Money(amount, key.currency) }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(amount)
        columns.time(updatedAt)
        columns.integer(spent)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let amount = columns.integer(), let updatedAt = columns.time(),
            let spent = columns.integer()
        else { return nil }
        self.init(key, amount: amount, spent: spent, updatedAt: updatedAt)
    }
}
