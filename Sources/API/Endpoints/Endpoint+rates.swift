extension Endpoint {
    /// The rate limit of its requests; nil where there is none, as for health probes.
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
