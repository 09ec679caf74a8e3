import Trading

/// A customer, with the columns by which customers are found.
public struct CustomerRow: LedgerRow {
    /// `customers`, by id.
    public static let schema = TableSchema(
        "customers",
        key: [Column("id", .blob)],
        [Column("email", .text), Column("reference", .text), Column("document", .blob)]
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
        columns.bits(customer.id.bits)
        columns.text(customer.email.map { EmailKey($0).text })
        columns.text(customer.reference)
        columns.blob(customer.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.text()
        _ = columns.text()
        guard let document = columns.blob(), let customer = Customer(document: document) else { return nil }
        self.customer = customer
    }
}

/// Whose an e-mail address is: what keeps two customers from having the same one.
public struct EmailRow: LedgerRow {
    /// `customer_emails`, by the key of the address.
    public static let schema = TableSchema(
        "customer_emails",
        key: [Column("email", .text)],
        [Column("customer", .blob)]
    )

    /// The address's `EmailKey`.
    public let key: String
    /// Whose it is.
    public let customer: ID<Customer>

    /// The row of an address.
    public init(email: String, customer: ID<Customer>) {
        key = EmailKey(email).text
        self.customer = customer
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key)
        columns.bits(customer.bits)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let email = columns.text(), let bits = columns.bits() else { return nil }
        self.init(email: email, customer: ID(bits))
    }
}
