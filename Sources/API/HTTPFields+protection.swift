// What every answer tells browsers and caches. An answer to a key or a secret is nobody else's, so no cache keeps it; nothing here is
// to be shown in a frame or taken for another type than it has.

import HTTPTypes
import Hummingbird

extension HTTPFields {
    /// Adds what protects an answer of an endpoint; what the handler set itself stays, but for leave to cache what was asked with a key.
    mutating func protect(_ endpoint: Endpoint, _ request: Request) {
        self[.xContentTypeOptions] = "nosniff"
        if self[.contentSecurityPolicy] == nil { self[.contentSecurityPolicy] = Self.nothingButData }
        if !endpoint.isForCaches || request.headers[.authorization] != nil { self[.cacheControl] = "no-store" }
        if case .scopeOrOrderSecret = endpoint.access { self[.referrerPolicy] = "no-referrer" }
    }

    /// A document in which nothing runs, and which no page shows.
    static let nothingButData = "default-src 'none'; frame-ancestors 'none'"
}

extension Endpoint {
    /// Whether its answer is the same for everyone who asks: the catalogue, and the description of the API.
    fileprivate var isForCaches: Bool {
        guard case .anyone = access, method == .get else { return false }
        return ["Catalogue", "Description"].contains(tag)
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy").unsafelyNamed
}
