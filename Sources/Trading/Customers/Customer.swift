// A customer on file. Orders refer to the customer by id and copy nothing from the address book, so that erasing a person means
// emptying this record and the addresses of the orders; amounts and goods stay, because the books need them.

/// A customer on file.
public struct Customer: Hashable, Sendable, Identified {
    /// The prefix of customer ids.
    public static let idPrefix = "cus"

    /// The id.
    public package(set) var id: ID<Customer>
    /// The e-mail address, unique regardless of case; nil once erased.
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
    /// When the customer was created.
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

    /// Records that everything but the id and the dates was erased; the document defines what is personal.
    public mutating func noteErasure(at now: Timestamp) {
        erasedAt = now
        updatedAt = now
        version += 1
    }
}

/// Why a customer's record did not change, in order of precedence.
///
/// Nothing was changed.
public enum CustomerRefusal: Error, Hashable, Sendable {
    /// The customer does not exist.
    case notFound
    /// The personal data was erased; the record cannot be changed any more.
    case erased
    /// Another editor changed it first.
    case versionConflict(current: Int64)
    /// Another customer has that e-mail address.
    case emailTaken
}
