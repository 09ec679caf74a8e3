import JSON
import Trading

/// What marks ids of API keys.
public enum APIKey: Identified {
    /// The prefix of key ids.
    public static let idPrefix = "key"
}

/// An API key: its digest and its scopes, never the key itself.
public struct APIKeyRow: LedgerRow, Document {
    /// `api_keys`, by id.
    public static let schema = TableSchema(
        "api_keys",
        key: [.id("id")],
        [.bytes("digest"), .text("name"), .text("scopes"), .time("created_at"), .time("revoked_at").orNull]
    )

    /// Its id, which stands in the key's text.
    public let key: ID<APIKey>
    /// SHA-256 of the key's text.
    public let digest: [UInt8]
    /// What the shop calls it.
    public let name: String
    /// What it may do.
    public let scopes: [String]
    /// When it was made.
    public let createdAt: Timestamp
    /// When it was revoked; nil while it is good.
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

    /// The key as it is listed: without its digest.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", key)
        json.member("name", name)
        json.member("scopes", scopes)
        json.member("createdAt", createdAt)
        json.member("revokedAt", revokedAt)
        json.endObject()
    }

    /// Reads a listed key; its digest is not in there.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<APIKey>?
        var name = ""
        var scopes: [String] = []
        var createdAt: Timestamp?
        var revokedAt: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(APIKey.self)
            case "name": name = try json.string()
            case "scopes": scopes = try json.strings(maxCount: 100, maxBytes: 100)
            case "createdAt": createdAt = try json.timestamp()
            case "revokedAt": revokedAt = try json.timestamp()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            digest: [],
            name: name,
            scopes: scopes,
            createdAt: try json.required(createdAt, "createdAt"),
            revokedAt: revokedAt
        )
    }
}
