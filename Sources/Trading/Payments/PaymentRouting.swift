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
    /// Which amounts of each currency it can say; a currency that is missing it does not take; nil for all of all.
    public var rules: [Currency: AmountRule]?
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
        rules: [Currency: AmountRule]? = nil,
        vault: String? = nil,
        capturesInParts: Bool = true
    ) {
        self.provider = provider
        self.method = method
        self.currencies = currencies
        self.amounts = amounts
        self.rules = rules
        self.vault = vault ?? provider
        self.capturesInParts = capturesInParts
    }

    /// When it takes what it holds, where the shop wishes it so.
    public func capture(_ wish: CaptureMode) -> CaptureMode {
        wish == .onShipment && !capturesInParts ? .onFirstShipment : wish
    }

    /// Whether it takes that much of that currency, however finely it can be divided there.
    func takes(_ method: PaymentMethod, _ amount: Money) -> Bool {
        guard self.method == method, currencies?.contains(amount.currency) ?? true,
            amounts?.contains(amount.amount) ?? true
        else { return false }
        guard let rules else { return true }
        return rules[amount.currency]?.bounds.contains(amount.amount) ?? false
    }

    /// The first of some amounts that it cannot say, since it counts in coarser steps; nil where it can say all.
    func unspeakable(_ amounts: [Money]) -> Money? {
        amounts.first { amount in rules?[amount.currency].map { amount.amount % $0.step != 0 } ?? false }
    }
}

/// Which amounts of a currency a provider can say, in minor units.
public struct AmountRule: Hashable, Sendable {
    /// All are multiples of it.
    public var step: Int64
    /// The least and the most that one charge may be.
    public var bounds: ClosedRange<Int64>

    /// A rule; by itself it allows all.
    public init(step: Int64 = 1, _ bounds: ClosedRange<Int64> = 1...Int64.max) {
        self.step = step
        self.bounds = bounds
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
    ///
    /// - Parameter units: amounts that may have to be taken or given back by themselves: each of them it must be able to say, too.
    public func route(
        _ method: PaymentMethod,
        _ amount: Money,
        units: [Money] = [],
        wanted: String? = nil
    ) -> PaymentRoute? {
        routes.first { route in
            route.takes(method, amount) && (wanted == nil || wanted == route.provider)
                && route.unspeakable([amount] + units) == nil
        }
    }

    /// Why there is no route.
    public func refusal(
        _ method: PaymentMethod,
        _ amount: Money,
        units: [Money] = [],
        wanted: String? = nil
    ) -> PaymentChoiceRefusal {
        let taking = routes.filter { $0.takes(method, amount) && (wanted == nil || wanted == $0.provider) }
        for route in taking {
            if let odd = route.unspeakable([amount] + units), let step = route.rules?[odd.currency]?.step {
                return .notRepresentable(odd, step: Money(step, odd.currency))
            }
        }
        return .notOffered
    }

    /// The route to try where those before could not be reached; nil where there is none that reads the same tokens.
    public func fallback(
        _ method: PaymentMethod,
        _ amount: Money,
        units: [Money] = [],
        tried: [String]
    ) -> PaymentRoute? {
        guard let vault = routes.first(where: { $0.provider == tried.last && $0.method == method })?.vault else {
            return nil
        }
        return routes.first { route in
            route.takes(method, amount) && route.vault == vault && !tried.contains(route.provider)
                && route.unspeakable([amount] + units) == nil
        }
    }
}
