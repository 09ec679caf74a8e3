// Cross-origin requests: pages of other sites may read answers only where the shop allows it (Fetch Standard, CORS protocol); by
// default none may. A request is authorised by a key that it carries, never by a cookie, so credentials of the browser are never
// allowed.

import HTTPTypes
import Hummingbird

/// The sites whose pages may use the API.
public struct CrossOrigin: Sendable {
    private let origins: Set<String>
    private let isForAll: Bool
    /// How long a browser may cache a preflight answer, in seconds.
    private static let rememberSeconds = 600

    /// Allows pages of these origins, such as `https://shop.example`; `*` allows all.
    public init(_ origins: [String] = []) {
        isForAll = origins.contains("*")
        self.origins = Set(origins)
    }

    /// Whether a text is an origin: a scheme, a host, and an optional port (RFC 6454 section 6.1), or `*`.
    public static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "https" || parts[0] == "http", !parts[1].isEmpty else { return false }
        return parts[1].utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x3A).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
        }
    }

    /// Adds the fields that allow the page to read the answer.
    func mark(_ fields: inout HTTPFields, for request: HTTPFields) {
        guard isForAll || !origins.isEmpty else { return }
        if !isForAll { fields.vary(by: "Origin") }
        guard let origin = request[.origin], let allowed = allowed(origin) else { return }
        fields[.accessControlAllowOrigin] = allowed
        fields[.accessControlExposeHeaders] = Self.exposed
    }

    /// The answer to a preflight request; nil for any other request.
    ///
    /// - Parameter methods: the methods of the route.
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

    /// Request fields that a page may send.
    private static let taken = [
        HTTPField.Name.authorization, .contentType, .accept, .ifMatch, .ifNoneMatch, .idempotencyKey, .prefer,
        .lastEventID,
        .requestID, .deadline,
    ].map(\.canonicalName).joined(separator: ", ")

    /// Answer fields that a page may read, besides those that are always readable.
    private static let exposed = [
        HTTPField.Name.eTag, .location, .retryAfter, .age, .allow, .requestID, .idempotentReplayed, .orderArchived,
        .preferenceApplied,
        .rateLimit, .rateLimitPolicy,
    ].map(\.canonicalName).joined(separator: ", ")
}
