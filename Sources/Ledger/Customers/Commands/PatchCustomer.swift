import Trading

/// Why a patch of a customer's record was refused, in order of precedence.
///
/// Nothing was changed.
public enum CustomerPatchRefusal: Error, Hashable, Sendable {
    /// The record does not exist, its version differs, or the address is taken.
    case customer(CustomerRefusal)
    /// It would have more notes than this.
    case tooManyMembers(Int)
}

/// Changes a customer's record by a merge patch: only the named members change.
public struct PatchCustomer: IdempotentCommand {
    /// `patchCustomer`.
    public static let name = "patchCustomer"

    /// The customer.
    public let id: ID<Customer>
    /// The e-mail address; nil keeps it.
    public var email: String?
    /// The name.
    public var customerName = Change<String>.keep
    /// The telephone number.
    public var phone = Change<String>.keep
    /// The merchant's own reference.
    public var reference = Change<String>.keep
    /// All addresses; nil keeps them.
    public var addresses: [[String: String]]?
    /// The merchant's own notes.
    public var metadata = MemberChanges()
    /// The most notes.
    public let members: Int
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A patch without changes.
    public init(_ id: ID<Customer>, members: Int, expectedVersion: Int64? = nil) {
        self.id = id
        self.members = members
        self.expectedVersion = expectedVersion
    }

    /// The customer, and the owner of the new address.
    public func prefetch(_ set: WorkingSet) {
        set.customers.want(id)
        if let email { set.emails.want(EmailKey(email).text) }
    }

    /// The customer.
    public func decide(_ set: WorkingSet) throws(CustomerPatchRefusal) -> Customer {
        guard let current = set.customers.get(id)?.customer else { throw .customer(.notFound) }
        guard current.erasedAt == nil, let address = email ?? current.email else { throw .customer(.erased) }
        let details = CustomerDetails(
            email: address,
            name: customerName.applied(to: current.name),
            phone: phone.applied(to: current.phone),
            reference: reference.applied(to: current.reference),
            addresses: addresses ?? current.addresses,
            metadata: metadata.applied(to: current.metadata)
        )
        guard details.metadata.count <= members else { throw .tooManyMembers(members) }
        do throws(CustomerRefusal) {
            return try PutCustomer(id: id, details, expectedVersion: expectedVersion).decide(set)
        } catch {
            throw .customer(error)
        }
    }
}
