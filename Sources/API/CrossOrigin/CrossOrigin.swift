// Pages of other sites may only read answers where the shop says so (Fetch Standard, CORS protocol). Nothing is said by default. What
// lets a request do something is a key that it carries, never a cookie, so credentials of the browser are never asked for.

import HTTPTypes
import Hummingbird

/// Which sites' pages may use the API.
public struct CrossOrigin: Sendable {
    private let origins: Set<String>
    private let isForAll: Bool
    /// For how long a browser may remember what it was told, in seconds.
    private static let rememberSeconds = 600

    /// Pages of these origins, as in `https://shop.example`; `*` is all of them.
    public init(_ origins: [String] = []) {
        isForAll = origins.contains("*")
        self.origins = Set(origins)
    }

    /// Whether a text is an origin: a scheme, a host, and perhaps a port (RFC 6454 section 6.1), or `*`.
    public static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "https" || parts[0] == "http", !parts[1].isEmpty else { return false }
        return parts[1].utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x3A).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
        }
    }

    /// Says in an answer that the page may read it.
    func mark(_ fields: inout HTTPFields, for request: HTTPFields) {
        guard isForAll || !origins.isEmpty else { return }
        if !isForAll { fields.vary(by: "Origin") }
        guard let origin = request[.origin], let allowed = allowed(origin) else { return }
        fields[.accessControlAllowOrigin] = allowed
        fields[.accessControlExposeHeaders] = Self.exposed
    }

    /// The answer to a browser that asks before it sends what a page wants; nil for any other request.
    ///
    /// - Parameter methods: those that the route takes.
    func preflight(_ request: HTTPRequest, methods: [String]) -> Response? {
        guard request.method == .options, let origin = request.headerFields[.origin], let allowed = allowed(origin),
            request.headerFields[.accessControlRequestMethod] != nil
        else { return nil }
        var fields: HTTPFields = [
            .accessControlAllowOrigin: allowed,
            .accessControlAllowMethods: methods.joined(separator: ", "),
            .accessControlAllowHeaders: Self.taken,
            .accessControlMaxAge: String(Self.rememberSeconds),
        ]
        for name in ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"] {
            fields.vary(by: name)
        }
        return Response(status: .noContent, headers: fields)
    }

    private func allowed(_ origin: String) -> String? {
        if isForAll { return "*" }
        return origins.contains(origin) ? origin : nil
    }

    /// Fields that a page may send.
    private static let taken = [
        HTTPField.Name.authorization, .contentType, .accept, .ifMatch, .ifNoneMatch, .idempotencyKey, .prefer,
        .lastEventID,
        .requestID, .deadline,
    ].map(\.canonicalName).joined(separator: ", ")

    /// Fields of answers that a page may read, besides those that it always may.
    private static let exposed = [
        HTTPField.Name.eTag, .location, .retryAfter, .age, .allow, .requestID, .idempotentReplayed, .preferenceApplied,
        .rateLimit, .rateLimitPolicy,
    ].map(\.canonicalName).joined(separator: ", ")
}
