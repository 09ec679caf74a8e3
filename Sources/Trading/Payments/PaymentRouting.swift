// Chooses the provider of a payment. Routes are tried in the shop's own order; the first that accepts the currency and the amount
// is used. A token belongs to its vault, so a payment falls back only to a provider that reads the same tokens.

/// One provider, and the payments that it is used for.
public struct PaymentRoute: Hashable, Sendable {
    /// The provider's name.
    public var provider: String
    /// The payment method that it is for.
    public var method: PaymentMethod
    /// The currencies that it accepts; nil for all.
    public var currencies: Set<Currency>?
    /// The amounts that it accepts, in minor units; nil for all.
    public var amounts: ClosedRange<Int64>?
    /// The representable amounts of each currency; a missing currency is not accepted; nil for all amounts of all currencies.
    public var rules: [Currency: AmountRule]?
    /// The vault whose tokens it reads; providers with the same vault can replace each other.
    public var vault: String
    /// Whether it supports several captures of one authorisation.
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

    /// The provider's capture mode, given the mode that the shop wants.
    public func capture(_ mode: CaptureMode) -> CaptureMode {
        mode == .onShipment && !capturesInParts ? .onFirstShipment : mode
    }

    /// Whether it accepts the amount, apart from the steps of the currency.
    func takes(_ method: PaymentMethod, _ amount: Money) -> Bool {
        guard self.method == method, currencies?.contains(amount.currency) ?? true,
            amounts?.contains(amount.amount) ?? true
        else { return false }
        guard let rules else { return true }
        return rules[amount.currency]?.bounds.contains(amount.amount) ?? false
    }

    /// The first of some amounts that the provider cannot represent; nil where it can represent all.
    func unspeakable(_ amounts: [Money]) -> Money? {
        amounts.first { amount in rules?[amount.currency].map { amount.amount % $0.step != 0 } ?? false }
    }
}

/// The amounts of a currency that a provider can represent, in minor units.
public struct AmountRule: Hashable, Sendable {
    /// All amounts are multiples of it.
    public var step: Int64
    /// The least and the greatest amount of one charge.
    public var bounds: ClosedRange<Int64>

    /// A rule; by default it allows all amounts.
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

    /// The route of a payment: to the requested provider, if it accepts the payment, or to the first that does.
    ///
    /// - Parameter units: amounts that may have to be captured or refunded separately; the provider must be able to represent
    ///   each.
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

    /// The route to try after the earlier ones could not be reached; nil where no other provider reads the same tokens.
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
