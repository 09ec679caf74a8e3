// The rate limit that applies to a request. Cheap requests are allowed often; requests that reserve stock or move money, seldom.

import HTTPTypes

/// A kind of request with a rate limit of its own.
public enum RateTier: Int, Sendable, CaseIterable {
    /// Reading products and stock, and the API's description.
    case browse
    /// Changes of carts, and quotes.
    case carts
    /// New carts, each of which is stored for a while.
    case newCarts
    /// Placing and cancelling orders.
    case checkout
    /// Attempts to pay.
    case payments
    /// Webhooks of providers and carriers.
    case notices
    /// Everything else.
    case other
    /// Wrong keys, secrets, tokens and gift card codes.
    case proofs

    /// Its name in settings and in the `RateLimit` fields.
    public var name: String {
        switch self {
        case .newCarts: "new-carts"
        default: "\(self)"
        }
    }
}
