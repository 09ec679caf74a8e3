// Which provider takes a payment. Routes are tried in the shop's own order; the first that takes the currency and the amount is it.
// A token belongs to whoever made it, so a payment falls back only to a provider that reads the same tokens.

/// One provider, and what it is offered.
public struct PaymentRoute: Hashable, Sendable {
    /// The provider's name.
    public var provider: String
    /// How the orders are paid that it is for.
    public var method: PaymentMethod
    /// The currencies that it takes; nil for all.
    public var currencies: Set<Currency>?
    /// The amounts that it takes, in minor units; nil for all.
    public var amounts: ClosedRange<Int64>?
    /// Whose tokens it reads; providers that name the same vault can stand in for each other.
    public var vault: String
    /// Whether it takes what it holds in several parts.
    public var capturesInParts: Bool

    /// A route.
    public init(
        _ provider: String,
        method: PaymentMethod = .card,
        currencies: Set<Currency>? = nil,
        amounts: ClosedRange<Int64>? = nil,
        vault: String? = nil,
        capturesInParts: Bool = true
    ) {
        self.provider = provider
        self.method = method
        self.currencies = currencies
        self.amounts = amounts
        self.vault = vault ?? provider
        self.capturesInParts = capturesInParts
    }

    /// When it takes what it holds, where the shop wishes it so.
    public func capture(_ wish: CaptureMode) -> CaptureMode {
        wish == .onShipment && !capturesInParts ? .onFirstShipment : wish
    }

    func takes(_ method: PaymentMethod, _ amount: Money) -> Bool {
        self.method == method && currencies?.contains(amount.currency) ?? true
            && amounts?.contains(amount.amount) ?? true
    }
}

/// The shop's routes, in order of preference.
public struct PaymentRouting: Hashable, Sendable {
    /// The routes.
    public var routes: [PaymentRoute]

    /// Routes in order of preference.
    public init(_ routes: [PaymentRoute] = []) {
        self.routes = routes
    }

    /// The route of a payment: to the provider that is asked for, where it takes it, or to the first that does.
    public func route(_ method: PaymentMethod, _ amount: Money, wanted: String? = nil) -> PaymentRoute? {
        routes.first { $0.takes(method, amount) && (wanted == nil || wanted == $0.provider) }
    }

    /// The route to try where those before could not be reached; nil where there is none that reads the same tokens.
    public func fallback(_ method: PaymentMethod, _ amount: Money, tried: [String]) -> PaymentRoute? {
        guard let vault = routes.first(where: { $0.provider == tried.last && $0.method == method })?.vault else {
            return nil
        }
        return routes.first { $0.takes(method, amount) && $0.vault == vault && !tried.contains($0.provider) }
    }
}
