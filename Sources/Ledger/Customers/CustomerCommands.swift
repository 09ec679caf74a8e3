import Trading

/// What a customer's record says, as the merchant sends it.
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

/// Puts a customer on file, or changes the record.
public struct PutCustomer: IdempotentCommand {
    /// `putCustomer`.
    public static let name = "putCustomer"

    /// Which customer; nil for a new one.
    public let id: ID<Customer>?
    /// What the record shall say.
    public let details: CustomerDetails
    /// The version that it must have; nil where any will do.
    public let expectedVersion: Int64?

    /// A customer's record to put.
    public init(id: ID<Customer>? = nil, _ details: CustomerDetails, expectedVersion: Int64? = nil) {
        self.id = id
        self.details = details
        self.expectedVersion = expectedVersion
    }

    /// The customer, and who has the address.
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
    /// Lets go of a customer's address; one that another customer holds stays.
    fileprivate func release(_ address: EmailKey, of customer: ID<Customer>) {
        if emails.get(address.text)?.customer == customer { emails.delete(address.text) }
    }
}

/// Erases a customer's personal data: that of the record now, and all other as a durable task.
///
/// An order whose units are still to be shipped, or whose parcels are on their way, keeps its own until it is done with.
public struct EraseCustomer: IdempotentCommand {
    /// `eraseCustomer`.
    public static let name = "eraseCustomer"

    /// Which customer.
    public let id: ID<Customer>

    /// A customer to erase.
    public init(_ id: ID<Customer>) {
        self.id = id
    }

    /// The customer.
    public func prefetch(_ set: WorkingSet) {
        set.customers.want(id)
    }

    /// The emptied record.
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
