// What of a request's path may stand in a log. A path is what a client says, and a client says secrets in wrong places: an order's secret
// where its id belongs, a gift card's code behind a wrong word, a cart's id, which is the right to the cart, with a wrong method.

import Bytes
import Ledger
import Trading

/// Tells paths without what may be a secret.
struct LoggedPath: Sendable {
    /// The words that stand in the paths of routes as they are.
    private let words: Set<Substring>
    /// What takes the place of a segment that is not told.
    static let hidden = "*"
    /// So many segments of a path that no route takes are told at most.
    private static let mostSegments = 16

    /// Paths of a server with these routes.
    init(_ endpoints: [Endpoint]) {
        words = Set(endpoints.flatMap { $0.path.split(separator: "/").filter { !$0.hasPrefix("{") } })
    }

    /// What is told of a path.
    ///
    /// Of one that no route takes, the words of routes. Of a route's, also ids that are no right by themselves, and the values by which
    /// something was found. Of things that are a right by their id, only the route.
    ///
    /// - Parameters:
    ///   - endpoint: the route; nil where none takes it.
    ///   - status: what was answered.
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

    /// Whether a text begins as secrets do, whatever it was found by.
    private static func looksSecret(_ text: Substring) -> Bool { secretPrefixes.contains { text.hasPrefix($0) } }

    private static let secretPrefixes = [OrderSecret.prefix, CustomerToken.prefix, "tw_", "\(Cart.idPrefix)_"]

    /// Whether a text is an id, and one that is no right by itself.
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
    /// Whether knowing an id is the right to use what it names.
    fileprivate var isRightByID: Bool { tag == "Carts" }
}
