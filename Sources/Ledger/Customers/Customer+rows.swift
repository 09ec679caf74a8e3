import Trading

/// A customer, with the columns for look-ups.
public struct CustomerRow: DocumentRow {
    /// `customers`, by id.
    public static let schema = TableSchema(
        "customers",
        key: [.id("id")],
        [.text("email").orNull, .text("reference").orNull, .bytes("document")],
        layout: .apart,
        indexes: [
            TableIndex("customers_by_email", on: "email", "id", where: "email IS NOT NULL"),
            TableIndex("customers_by_reference", on: "reference", "id", where: "reference IS NOT NULL"),
        ]
    )

    /// The customer.
    public let customer: Customer

    /// The row of a customer.
    public init(_ customer: Customer) {
        self.customer = customer
    }

    /// The id.
    public var key: ID<Customer> { customer.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.id(customer.id)
        columns.text(customer.email.map { EmailKey($0).text })
        columns.text(customer.reference)
        columns.bytes(customer.document)
    }
}

/// The customer of an e-mail address, which makes addresses unique.
public struct EmailRow: LedgerRow {
    /// `customer_emails`, by the key of the address.
    public static let schema = TableSchema("customer_emails", key: [.text("email")], [.id("customer")])

    /// The address's `EmailKey`.
    public let key: String
    /// The customer.
    public let customer: ID<Customer>

    /// The row of an address.
    public init(email: String, customer: ID<Customer>) {
        key = EmailKey(email).text
        self.customer = customer
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key)
        columns.id(customer)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let email = columns.text(), let customer = columns.id(Customer.self) else { return nil }
        self.init(email: email, customer: customer)
    }
}
