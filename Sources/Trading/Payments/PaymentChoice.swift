/// How a buyer wishes to pay.
public enum PaymentChoice: Hashable, Sendable {
    /// By means outside Tradewind; an operator marks the order paid.
    case manual
    /// By a provider, from a token that its own page made; by the named one, or by whichever the shop prefers.
    case card(token: String, provider: String?)
    /// In cash, when the goods arrive.
    case cashOnDelivery
    /// From what the shop owes the customer.
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

/// Why a buyer cannot pay that way, in order of precedence.
public enum PaymentChoiceRefusal: Error, Hashable, Sendable {
    /// No provider takes that amount in that currency, or not the one that was asked for.
    case notOffered
    /// The provider counts that currency in coarser steps: it cannot take or give back that amount, the total or the price of one unit.
    case notRepresentable(Money, step: Money)
    /// Store credit belongs to a customer on file, and the order names none.
    case customerNeeded
    /// Store credit belongs to the order's customer, who has not proved to be that one.
    case notYours
    /// There is no such gift card.
    case giftCardNotFound
    /// The gift card is in another currency.
    case currencyMismatch(Currency)
    /// There is less on the gift card, or less store credit, than the order costs.
    case insufficientFunds(available: Money)
}

/// The shop's terms of payment.
public struct PaymentTerms: Hashable, Sendable {
    /// Which provider takes what.
    public var routing: PaymentRouting
    /// When money that a provider holds is taken.
    public var capture: CaptureMode
    /// Whether orders are taken for cash on delivery, which confirms them unpaid.
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
