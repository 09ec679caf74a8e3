/// The buyer's choice of payment.
public enum PaymentChoice: Hashable, Sendable {
    /// Outside Tradewind; an operator marks the order paid.
    case manual
    /// By a provider, with a token from the provider's own page; at the named provider, or the shop's preferred one.
    case card(token: String, provider: String?)
    /// In cash, when the goods arrive.
    case cashOnDelivery
    /// From the customer's store credit.
    case storeCredit
    /// From a gift card.
    case giftCard(ID<GiftCard>)

    /// The method.
    public var method: PaymentMethod {
        switch self {
        case .manual: .manual
        case .card: .card
        case .cashOnDelivery: .cashOnDelivery
        case .storeCredit: .storeCredit
        case .giftCard: .giftCard
        }
    }
}

/// Why a buyer cannot pay in this way, in order of precedence.
public enum PaymentChoiceRefusal: Error, Hashable, Sendable {
    /// No provider accepts that amount in that currency, or not the requested provider.
    case notOffered
    /// The provider counts the currency in coarser steps: it cannot represent the total or the price of one unit.
    case notRepresentable(Money, step: Money)
    /// Store credit needs a customer on file, and the order has none.
    case customerNeeded
    /// Store credit belongs to the order's customer, whose identity the sender has not proved.
    case notYours
    /// The gift card does not exist.
    case giftCardNotFound
    /// The gift card is in another currency.
    case currencyMismatch(Currency)
    /// The gift card or the store credit has less than the order costs.
    case insufficientFunds(available: Money)
}

/// The shop's terms of payment.
public struct PaymentTerms: Hashable, Sendable {
    /// Which provider is used for which payment.
    public var routing: PaymentRouting
    /// When authorised money is captured.
    public var capture: CaptureMode
    /// Whether cash on delivery is accepted, with which orders are confirmed unpaid.
    public var cashOnDelivery: Bool

    /// Terms of payment.
    public init(
        routing: PaymentRouting = PaymentRouting(),
        capture: CaptureMode = .onShipment,
        cashOnDelivery: Bool = false
    ) {
        self.cashOnDelivery = cashOnDelivery
        self.routing = routing
        self.capture = capture
    }
}
