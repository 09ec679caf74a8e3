// The part of a request's path that may be logged. A path comes from a client, and clients put secrets in wrong places: an
// order's secret in the place of its id, a gift card's code after a wrong word, a cart's id, which grants access to the cart,
// with a wrong method.

import Bytes
import Ledger
import Trading

/// Formats paths without possible secrets.
struct LoggedPath: Sendable {
    /// The literal words in the paths of routes.
    private let words: Set<Substring>
    /// Replaces a segment that must not be logged.
    static let hidden = "*"
    /// The most segments logged of a path without a route.
    private static let mostSegments = 16

    /// For a server with these routes.
    init(_ endpoints: [Endpoint]) {
        words = Set(endpoints.flatMap { $0.path.split(separator: "/").filter { !$0.hasPrefix("{") } })
    }

    /// The text to log for a path.
    ///
    /// Without a route: only the words of routes. With a route: also ids that grant no access, and values that matched an object.
    /// Where an id grants access: only the route.
    ///
    /// - Parameters:
    ///   - endpoint: the route; nil where none matches.
    ///   - status: the status of the answer.
    func text(_ path: String, _ endpoint: Endpoint?, status: Int) -> String {
        let path = path.prefix { $0 != "?" && $0 != "#" }
        let segments = path.split(separator: "/", maxSplits: Self.mostSegments)
        guard let endpoint else {
            let told = segments.map { words.contains($0) ? String($0) : Self.hidden }
            return "/" + told.joined(separator: "/")
        }
        if endpoint.isRightByID { return endpoint.path }
        let names = endpoint.path.split(separator: "/")
        guard names.count == segments.count else { return endpoint.path }
        let wasFound = status < 400 || status == 409
        let told = zip(names, segments).map { name, value in
            guard name.hasPrefix("{") else { return String(name) }
            return (wasFound && !Self.looksSecret(value)) || Self.isPublicID(value) ? String(value) : String(name)
        }
        return "/" + told.joined(separator: "/")
    }

    /// Whether a text begins like a secret.
    private static func looksSecret(_ text: Substring) -> Bool { secretPrefixes.contains { text.hasPrefix($0) } }

    private static let secretPrefixes = [OrderSecret.prefix, CustomerToken.prefix, "tw_", "\(Cart.idPrefix)_"]

    /// Whether a text is an id that grants no access.
    private static func isPublicID(_ text: Substring) -> Bool {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 32, publicPrefixes.contains(String(parts[0])) else {
            return false
        }
        return parts[1].utf8.allSatisfy { Hex.value($0) != nil }
    }

    private static let publicPrefixes: Set<String> = [
        Order.idPrefix, Payment.idPrefix, Customer.idPrefix, Shipment.idPrefix, Return.idPrefix, Credit.idPrefix,
        GiftCard.idPrefix, WebhookEndpoint.idPrefix,
    ]
}

extension Endpoint {
    /// Whether knowing an id grants access to its object.
    fileprivate var isRightByID: Bool { tag == "Carts" }
}
