// The API keys that the server knows: their digests, by id, in memory, kept up to date by the ledger's events. A key is
// `tw_<id>_<secret>`: the id finds the row without a search, the digest of the whole text proves it. A key with an unknown id may
// have been created a moment ago, so it is looked up in the ledger before it is refused; a budget bounds these look-ups against
// guessing.

import Bytes
import Crypto
import Hummingbird
import Ledger
import Secrets
import Synchronization
import Trading

/// The keys that the server accepts.
///
/// Thread-safe.
public final class Keyring: Sendable {
    /// Looks up the row of a key in the ledger; nil where there is none, or the ledger does not answer.
    public typealias LookUp = @Sendable (ID<APIKey>) async -> APIKeyRow?

    private let keys = Mutex(KnownKeys())
    private let tokens: CustomerToken?
    private let lookUps = Mutex(LookUpBudget())
    private let lookUp: LookUp

    /// A keyring without keys.
    ///
    /// - Parameter tokens: checks customers' tokens; nil where none are accepted.
    public init(tokens: CustomerToken? = nil, lookUp: @escaping LookUp = { _ in nil }) {
        self.tokens = tokens
        self.lookUp = lookUp
    }

    /// Replaces all keys with the rows of the ledger.
    public func replace(with rows: [APIKeyRow]) {
        let known = KnownKeys(rows)
        keys.withLock { $0 = known }
    }

    /// The sender of a request with this `Authorization` header, by the keys in memory.
    ///
    /// - Throws: 401 for a key or a token that is malformed, unknown, wrong, revoked or expired; the client does not learn which.
    public func principal(_ authorization: String?) throws(Problem) -> Principal {
        switch judge(authorization) {
        case .principal(let principal): return principal
        case .unknown, .refused: throw Self.wrongKey
        }
    }

    /// The sender of a request; an unknown key is looked up in the ledger, within the budget.
    ///
    /// - Throws: 401 as ``principal(_:)``. Cost: for an unknown key one read of one row; nothing for a known key.
    public nonisolated(nonsending) func identify(_ authorization: String?) async throws(Problem) -> Principal {
        switch judge(authorization) {
        case .principal(let principal): return principal
        case .refused: throw Self.wrongKey
        case .unknown(let id):
            guard lookUps.withLock({ $0.take(at: .now) }), let row = await lookUp(id) else { throw Self.wrongKey }
            // The key exists, so this was not a guess.
            lookUps.withLock { $0.giveBack() }
            keys.withLock { $0.add(row) }
            return try principal(authorization)
        }
    }

    private enum Verdict {
        case principal(Principal)
        case unknown(ID<APIKey>)
        case refused
    }

    private func judge(_ authorization: String?) -> Verdict {
        guard let authorization else { return .principal(.anonymous) }
        guard let token = Self.bearerToken(authorization) else { return .refused }
        if token.hasPrefix(OrderSecret.prefix) { return .principal(.orderSecret(Secret(String(token)))) }
        if token.hasPrefix(CustomerToken.prefix) {
            guard let customer = tokens?.customer(of: token, at: .now) else { return .refused }
            return .principal(.customer(customer))
        }
        let digest = KeyText.digest(of: token)
        return keys.withLock { keys in
            if let principal = keys.principals[digest] { return .principal(principal) }
            guard let id = KeyText.id(of: token), !keys.ids.contains(id) else { return .refused }
            return .unknown(id)
        }
    }

    /// The token after `Bearer`, in any case, and spaces; nil for another scheme or a missing token.
    private static func bearerToken(_ authorization: String) -> Substring? {
        let bytes = authorization.utf8
        guard let blank = bytes.firstIndex(of: UInt8(ascii: " ")),
            bytes[..<blank].elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 })
        else { return nil }
        let token = bytes[blank...].drop { $0 == UInt8(ascii: " ") }
        return token.isEmpty ? nil : Substring(token)
    }

    /// The answer to a wrong key: the same as to none, but counted as a failed proof.
    private static let wrongKey: Problem = {
        var problem = unauthorized
        problem.isFailedProof = true
        return problem
    }()

    /// The answer to a request without a valid key.
    static let unauthorized: Problem = {
        var problem = Problem(.unauthorized, "unauthorized", "a valid API key is needed: Authorization: Bearer tw_…")
        problem.headers[.wwwAuthenticate] = "Bearer"
        return problem
    }()
}

/// The budget of look-ups for unknown keys: twenty at once, refilled by twenty a second.
///
/// Beyond it an unknown key is refused until the process has learnt of it from the ledger's events.
struct LookUpBudget {
    static let most = 20.0
    static let perSecond = 20.0
    private var left = most
    private var filledAt: ContinuousClock.Instant?

    /// Whether one more look-up may be made now; it is deducted if so.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        if let filledAt { left = min(Self.most, left + filledAt.duration(to: now) / .seconds(1) * Self.perSecond) }
        filledAt = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }

    /// Refunds a look-up.
    mutating func giveBack() { left = min(Self.most, left + 1) }
}

/// The keys in memory: the digests of all keys, and the sender of each key that is not revoked.
private struct KnownKeys {
    var ids: Set<ID<APIKey>> = []
    var principals: [[UInt8]: Principal] = [:]

    init(_ rows: [APIKeyRow] = []) {
        for row in rows { add(row) }
    }

    /// Adds a key; a present one stays as it is, since a row that was looked up may be older.
    mutating func add(_ row: APIKeyRow) {
        guard ids.insert(row.key).inserted, row.revokedAt == nil else { return }
        principals[row.digest] = .key(id: row.key.description, scopes: row.scopes.compactMap(Scope.init))
    }
}

/// The text of an API key.
public enum KeyText {
    /// A new key: its text, which is shown once, and the digest that the ledger stores.
    public static func make(id: ID<APIKey>) -> (text: String, digest: [UInt8]) {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Hex.text($0) }
        let text = "tw_\(id.description.dropFirst(APIKey.idPrefix.count + 1))_\(secret)"
        return (text, digest(of: text))
    }

    /// The SHA-256 digest of a key's text, 32 bytes; the ledger and the keyring identify a key by it.
    static func digest(of text: some StringProtocol) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }

    /// The id within a key's text; nil for another text.
    public static func id(of token: some StringProtocol) -> ID<APIKey>? {
        let parts = token.split(separator: "_")
        guard parts.count == 3, parts[0] == "tw" else { return nil }
        return ID<APIKey>("\(APIKey.idPrefix)_\(parts[1])")
    }
}

/// The secret of an order, which lets a guest read and cancel it.
///
/// It is derived from the order's id and the shop's own secret (HMAC-SHA256), so it is not stored and can be computed again.
public struct OrderSecret: Sendable {
    static let prefix = "osk_"
    /// Initialised with the key; each secret is computed on a copy.
    private let hidden: Secret<HMAC<SHA256>>

    var keyed: HMAC<SHA256> { hidden.reveal() }

    /// Order secrets of the shop with this secret.
    public init(shopSecret: [UInt8]) {
        hidden = Secret(HMAC<SHA256>(key: SymmetricKey(data: shopSecret)))
    }

    /// The secret of an order.
    public func text(for order: ID<Order>) -> String {
        var text = Array(Self.prefix.utf8)
        text.reserveCapacity(text.count + 32)
        var code = keyed
        withUnsafeBytes(of: (order.high.bigEndian, order.low.bigEndian)) { code.update(data: $0) }
        for byte in code.finalize().prefix(16) {
            text.append(Hex.digit(byte >> 4))
            text.append(Hex.digit(byte & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text has the form of a secret: the prefix and 32 lower-case hex digits.
    public static func isWellFormed(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        return text.hasPrefix(prefix) && digits.count == 32 && digits.allSatisfy { Hex.value($0) != nil }
    }

    /// Whether a secret belongs to this order; compared in constant time.
    public func isValid(_ secret: String, for order: ID<Order>) -> Bool {
        let expected = Array(text(for: order).utf8)
        let given = Array(secret.utf8)
        guard given.count == expected.count else { return false }
        return zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
