import Trading

/// Creates an API key; only its digest is stored.
public struct CreateKey: IdempotentCommand {
    /// `createKey`.
    public static let name = "createKey"

    /// The key's id, which is part of its text.
    public let id: ID<APIKey>
    /// SHA-256 of the key's text.
    public let digest: [UInt8]
    /// The shop's name for it.
    public let keyName: String
    /// Its scopes.
    public let scopes: [String]

    /// A key to put on file.
    public init(id: ID<APIKey>, digest: [UInt8], name: String, scopes: [String]) {
        self.id = id
        self.digest = digest
        keyName = name
        self.scopes = scopes
    }

    /// The row of the key.
    public func decide(_ set: WorkingSet) throws(Never) -> APIKeyRow {
        let row = APIKeyRow(id: id, digest: digest, name: keyName, scopes: scopes, createdAt: set.now)
        set.apiKeys.put(row)
        set.event(.keyCreated, id.description) { $0.member("scopes", scopes) }
        return row
    }
}

/// Revokes an API key permanently.
public struct RevokeKey: IdempotentCommand {
    /// `revokeKey`.
    public static let name = "revokeKey"

    /// The key.
    public let id: ID<APIKey>

    /// A key to revoke.
    public init(_ id: ID<APIKey>) {
        self.id = id
    }

    /// Decides the row of the key; revoking it again keeps the first time.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> APIKeyRow {
        guard var row = set.apiKeys.get(id) else { throw .notFound }
        guard row.revokedAt == nil else { return row }
        row.revokedAt = set.now
        set.apiKeys.put(row)
        set.event(.keyRevoked, id.description)
        return row
    }
}

/// Reads the shop's secret from which order secrets are derived; creates it once.
public struct OpenShop: Command {
    /// `openShop`.
    public static let name = "openShop"

    /// A shop to open.
    public init() {}

    /// The secret, 32 bytes.
    public func decide(_ set: WorkingSet) throws(Never) -> [UInt8] {
        if let found = set.settings.get(SettingRow.orderSecret) { return found.value }
        let secret = set.randomBytes(32)
        set.settings.put(SettingRow(SettingRow.orderSecret, value: secret))
        return secret
    }
}
