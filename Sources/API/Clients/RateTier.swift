// Which bucket a request is taken from. What costs little is allowed often; what holds stock, or moves money, seldom.

import HTTPTypes

/// A kind of request that is limited for itself.
public enum RateTier: Int, Sendable, CaseIterable {
    /// Looking at products and stock, and at the API's description.
    case browse
    /// Changes of carts, and quotes.
    case carts
    /// New carts, each of which is kept for a while.
    case newCarts
    /// Placing and cancelling orders.
    case checkout
    /// Attempts to pay.
    case payments
    /// Notices of providers and carriers.
    case notices
    /// Everything else.
    case other
    /// Keys, secrets, tokens and codes of gift cards that turned out to be wrong.
    case proofs

    /// Its name in settings and in the `RateLimit` fields.
    public var name: String {
        switch self {
        case .newCarts: "new-carts"
        default: "\(self)"
        }
    }
}

extension Endpoint {
    /// The bucket of its requests; nil where they are never limited: probes tell how the server stands.
    public var rateTier: RateTier? {
        if tag == "Health", !path.hasPrefix("/v1"), id != "metrics" { return nil }
        if id.hasSuffix("Notice") { return .notices }
        return switch (tag, id) {
        case (_, "placeOrder"), (_, "cancelOrder"): .checkout
        case (_, "startPayment"): .payments
        case (_, "createCart"): .newCarts
        case ("Carts", _), (_, "quoteOrder"), (_, "quoteShipping"): .carts
        case ("Catalogue", _), ("Stock", _), ("Description", _): method == .get ? .browse : .other
        default: .other
        }
    }
}
