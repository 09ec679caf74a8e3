// A customer on file. Orders name the customer by id and keep no copy of the address book, so that erasing a person means
// emptying this record and the addresses of the orders; amounts and goods stay, because the books must.

/// A customer on file.
public struct Customer: Hashable, Sendable, Identified {
    /// The prefix of customer ids.
    public static let idPrefix = "cus"

    /// The id.
    public let id: ID<Customer>
    /// The e-mail address, of which there is one customer whatever its case; nil once erased.
    public var email: String?
    /// The name.
    public var name: String?
    /// The telephone number.
    public var phone: String?
    /// The merchant's own reference.
    public var reference: String?
    /// The address book; members as the client named them.
    public var addresses: [[String: String]]
    /// The merchant's own notes.
    public var metadata: [String: String]
    /// When the personal data was erased.
    public var erasedAt: Timestamp?
    /// When the customer was put on file.
    public var createdAt: Timestamp
    /// When the record last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64

    /// A customer with every field.
    public init(
        id: ID<Customer>,
        email: String?,
        name: String? = nil,
        phone: String? = nil,
        reference: String? = nil,
        addresses: [[String: String]] = [],
        metadata: [String: String] = [:],
        erasedAt: Timestamp? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.phone = phone
        self.reference = reference
        self.addresses = addresses
        self.metadata = metadata
        self.erasedAt = erasedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    /// Notes that the record was emptied but for its id and its dates; its document says what goes.
    public mutating func noteErasure(at now: Timestamp) {
        erasedAt = now
        updatedAt = now
        version += 1
    }
}

/// Why a customer's record did not change, in order of precedence.
public enum CustomerRefusal: Error, Hashable, Sendable {
    /// There is no such customer.
    case notFound
    /// The personal data was erased; the record takes no more.
    case erased
    /// Another editor was first.
    case versionConflict(current: Int64)
    /// Another customer has that e-mail address.
    case emailTaken
}
