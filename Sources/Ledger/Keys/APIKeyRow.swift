import JSON
import Trading

/// The type of API key ids.
public enum APIKey: Identified {
    /// The prefix of key ids.
    public static let idPrefix = "key"
}

/// An API key: its digest and its scopes, never the key itself.
public struct APIKeyRow: LedgerRow, ListedDocument {
    /// `api_keys`, by id.
    public static let schema = TableSchema(
        "api_keys",
        key: [.id("id")],
        [.bytes("digest"), .text("name"), .text("scopes"), .time("created_at"), .time("revoked_at").orNull]
    )

    /// Its id, which is part of the key's text.
    public internal(set) var key: ID<APIKey>
    /// SHA-256 of the key's text.
    public internal(set) var digest: [UInt8]
    /// The shop's name for it.
    public internal(set) var name: String
    /// Its scopes.
    public internal(set) var scopes: [String]
    /// When it was made.
    public internal(set) var createdAt: Timestamp
    /// When it was revoked; nil while it is valid.
    public var revokedAt: Timestamp?

    /// The row of a key.
    public init(
        id: ID<APIKey>,
        digest: [UInt8],
        name: String,
        scopes: [String],
        createdAt: Timestamp,
        revokedAt: Timestamp? = nil
    ) {
        key = id
        self.digest = digest
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.id(key)
        columns.bytes(digest)
        columns.text(name)
        columns.text(scopes.joined(separator: " "))
        columns.time(createdAt)
        columns.time(revokedAt)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let id = columns.id(APIKey.self), let digest = columns.bytes(), let name = columns.text(),
            let scopes = columns.text(), let createdAt = columns.time()
        else { return nil }
        self.init(
            id: id,
            digest: digest,
            name: name,
            scopes: scopes.split(separator: " ").map(String.init),
            createdAt: createdAt,
            revokedAt: columns.time()
        )
    }

    package static var blank: APIKeyRow { APIKeyRow(id: .blank, digest: [], name: "", scopes: [], createdAt: .blank) }

    /// The key as it is listed: without its digest.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &key)
        try visit.member("name", &name)
        try visit.member("scopes", &scopes)
        try visit.member("createdAt", &createdAt)
        try visit.member("revokedAt", &revokedAt)
    }
}
