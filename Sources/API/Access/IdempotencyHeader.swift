import Crypto
import HTTPTypes
import Ledger
import Trading

extension HTTPField.Name {
    /// `Idempotency-Key`.
    public static let idempotencyKey = HTTPField.Name("Idempotency-Key").unsafelyNamed
    /// `Idempotent-Replayed`.
    public static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed").unsafelyNamed
    /// `Order-Archived`.
    public static let orderArchived = HTTPField.Name("Order-Archived").unsafelyNamed
    /// `X-Request-Id`.
    public static let requestID = HTTPField.Name("X-Request-Id").unsafelyNamed
    /// `Last-Event-ID`.
    public static let lastEventID = HTTPField.Name("Last-Event-ID").unsafelyNamed
}

extension Optional where Wrapped == HTTPField.Name {
    /// A header name that is spelt out in our own code and is therefore valid.
    var unsafelyNamed: HTTPField.Name {
        guard let self else { preconditionFailure("a header's name is a token") }
        return self
    }
}

extension IdempotencyKey {
    /// Reads the header, bare or as a quoted structured-field string, 1 to 255 visible characters; nil where it is missing.
    ///
    /// The key is scoped to one credential and one route; the digest of the body detects reuse with another body. Source:
    /// draft-ietf-httpapi-idempotency-key-header.
    ///
    /// - Throws: 400 for a malformed header.
    public init?(header: String?, principal: Principal, route: String, body: [UInt8]) throws(Problem) {
        guard let header else { return nil }
        var text = Substring(header)
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badParameter("header", "Idempotency-Key", "1 to 255 visible characters")
        }
        var named = Array(text.utf8)
        named.append(0)
        named.append(contentsOf: principal.credential.utf8)
        named.append(0)
        named.append(contentsOf: route.utf8)
        let digest = SHA256.hash(data: named).withUnsafeBytes { digest in
            Bits128(
                high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        let fingerprint = SHA256.hash(data: body).withUnsafeBytes { Int64(bigEndian: $0.loadUnaligned(as: Int64.self)) }
        self.init(digest: digest, fingerprint: fingerprint)
    }
}
