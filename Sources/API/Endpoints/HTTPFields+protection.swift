// Protective header fields of every answer. An answer to a key or a secret is for its sender alone, so no cache may store it; no
// answer may be shown in a frame or be interpreted as another type.

import HTTPTypes
import Hummingbird

extension HTTPFields {
    /// Adds protective fields to an answer of an endpoint.
    ///
    /// Fields that the handler set stay, except permission to cache the answer to a request with a key.
    mutating func protect(_ endpoint: Endpoint, _ request: Request) {
        self[.xContentTypeOptions] = "nosniff"
        if self[.contentSecurityPolicy] == nil { self[.contentSecurityPolicy] = Self.nothingButData }
        if !endpoint.isForCaches || request.headers[.authorization] != nil { self[.cacheControl] = "no-store" }
        if case .scopeOrOrderSecret = endpoint.access { self[.referrerPolicy] = "no-referrer" }
    }

    /// A document without scripts, which no page may embed.
    static let nothingButData = "default-src 'none'; frame-ancestors 'none'"
}

extension Endpoint {
    /// Whether its answer is the same for every client: the catalogue, and the description of the API.
    fileprivate var isForCaches: Bool {
        guard case .anyone = access, method == .get else { return false }
        return ["Catalogue", "Description"].contains(tag)
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy").unsafelyNamed
}
