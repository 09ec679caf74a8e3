import Trading

/// The content of a customer's record, as the merchant sends it.
public struct CustomerDetails: Sendable {
    /// The e-mail address.
    public var email: String
    /// The name.
    public var name: String?
    /// The telephone number.
    public var phone: String?
    /// The merchant's own reference.
    public var reference: String?
    /// The address book.
    public var addresses: [[String: String]]
    /// The merchant's own notes.
    public var metadata: [String: String]

    /// Details of a customer.
    public init(
        email: String,
        name: String? = nil,
        phone: String? = nil,
        reference: String? = nil,
        addresses: [[String: String]] = [],
        metadata: [String: String] = [:]
    ) {
        self.email = email
        self.name = name
        self.phone = phone
        self.reference = reference
        self.addresses = addresses
        self.metadata = metadata
    }
}

/// Creates a customer, or changes the record.
public struct PutCustomer: IdempotentCommand {
    /// `putCustomer`.
    public static let name = "putCustomer"

    /// The customer; nil for a new one.
    public let id: ID<Customer>?
    /// The new content of the record.
    public let details: CustomerDetails
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A customer's record to put.
    public init(id: ID<Customer>? = nil, _ details: CustomerDetails, expectedVersion: Int64? = nil) {
        self.id = id
        self.details = details
        self.expectedVersion = expectedVersion
    }

    /// The customer, and the owner of the address.
    public func prefetch(_ set: WorkingSet) {
        if let id { set.customers.want(id) }
        set.emails.want(EmailKey(details.email).text)
    }

    /// The customer.
    public func decide(_ set: WorkingSet) throws(CustomerRefusal) -> Customer {
        var customer: Customer
        if let id {
            guard let found = set.customers.get(id)?.customer else { throw .notFound }
            guard found.erasedAt == nil else { throw .erased }
            if let expectedVersion, found.version != expectedVersion {
                throw .versionConflict(current: found.version)
            }
            customer = found
            customer.version += 1
        } else {
            customer = Customer(id: set.freshID(), email: nil, createdAt: set.now, updatedAt: set.now)
        }
        let address = EmailKey(details.email)
        let holder = set.emails.get(address.text)
        guard holder == nil || holder?.customer == customer.id else { throw .emailTaken }
        if let old = customer.email.map(EmailKey.init), old != address { set.release(old, of: customer.id) }
        if holder == nil { set.emails.put(EmailRow(email: details.email, customer: customer.id)) }
        customer.email = details.email
        customer.name = details.name
        customer.phone = details.phone
        customer.reference = details.reference
        customer.addresses = details.addresses
        customer.metadata = details.metadata
        customer.updatedAt = set.now
        set.customers.put(CustomerRow(customer))
        set.event(id == nil ? .customerCreated : .customerUpdated, customer.id.description) {
            $0.member("version", customer.version)
        }
        return customer
    }
}

extension WorkingSet {
    /// Releases a customer's address; an address of another customer stays.
    fileprivate func release(_ address: EmailKey, of customer: ID<Customer>) {
        if emails.get(address.text)?.customer == customer { emails.delete(address.text) }
    }
}

/// Erases a customer's personal data: that of the record at once, all other by a durable task.
///
/// An order with units to ship or parcels in transit keeps its data until it ends.
public struct EraseCustomer: IdempotentCommand {
    /// `eraseCustomer`.
    public static let name = "eraseCustomer"

    /// The customer.
    public let id: ID<Customer>

    /// A customer to erase.
    public init(_ id: ID<Customer>) {
        self.id = id
    }

    /// The customer.
    public func prefetch(_ set: WorkingSet) {
        set.customers.want(id)
    }

    /// Erases the record.
    public func decide(_ set: WorkingSet) throws(CustomerRefusal) -> Customer {
        guard var customer = set.customers.get(id)?.customer else { throw .notFound }
        guard customer.erasedAt == nil else { return customer }
        if let email = customer.email { set.release(EmailKey(email), of: id) }
        customer = customer.erased
        customer.noteErasure(at: set.now)
        set.customers.put(CustomerRow(customer))
        set.eraseSoon(id)
        set.event(.customerErased, id.description)
        return customer
    }
}
