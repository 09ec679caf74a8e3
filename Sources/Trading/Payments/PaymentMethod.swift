// The payment method of an order, and its state. Names are stored in the ledger and used by the API; none is ever renamed.

/// How an order is paid.
public enum PaymentMethod: String, Hashable, Sendable, CaseIterable {
    /// Outside Tradewind; an operator marks it paid.
    case manual
    /// By a provider, with a token from the provider's own page.
    case card
    /// In cash, when the goods arrive.
    case cashOnDelivery
    /// From the customer's store credit.
    case storeCredit
    /// From a gift card.
    case giftCard

    /// Whether a provider moves the money, which takes time and may fail.
    public var needsProvider: Bool { self == .card }

    /// Whether an order is confirmed as soon as it is placed: the money is there, or is paid on delivery.
    public var confirmsAtOnce: Bool {
        switch self {
        case .manual, .card: false
        case .cashOnDelivery, .storeCredit, .giftCard: true
        }
    }
}

/// The state of an order's payments.
public enum PaymentState: String, Hashable, Sendable, CaseIterable {
    /// Not paid yet.
    case pending
    /// Not paid yet: the provider declined the last attempt.
    case declined
    /// Not paid yet: the last attempt did not reach the provider, and was not charged.
    case failed
    /// The money is authorised, and captured when the goods leave.
    case authorised
    /// A part was captured.
    case partlyPaid
    /// Paid.
    case paid
    /// The whole captured amount was refunded.
    case refunded
    /// Will not be paid: cancelled or expired.
    case void

    /// The state itself if it says that the last attempt failed; else nil.
    public var setback: PaymentState? { self == .declined || self == .failed ? self : nil }
}

/// When authorised money is captured.
public enum CaptureMode: String, Hashable, Sendable, CaseIterable {
    /// With the authorisation.
    case atOnce
    /// With the goods: each shipment captures its own part.
    case onShipment
    /// With the first goods, completely: some providers capture only once.
    case onFirstShipment
}

/// The status of one attempt to pay; numbers are stored in the ledger and never change their meaning.
public enum PaymentStatus: Int64, Hashable, Sendable, CaseIterable {
    /// The provider has not decided, or its decision is not known.
    case processing = 1
    /// The money is authorised.
    case authorised = 2
    /// A part was captured; the rest is authorised.
    case partlyCaptured = 3
    /// The money was captured.
    case captured = 4
    /// The whole captured amount was refunded.
    case refunded = 5
    /// The provider declined it.
    case declined = 6
    /// The authorised amount was released, or is no longer wanted.
    case voided = 7
    /// The provider could not be reached, and was not charged.
    case failed = 8
    /// Cash is paid when the goods arrive.
    case awaited = 9

    /// The name in the API.
    public var name: String {
        switch self {
        case .processing: "processing"
        case .authorised: "authorised"
        case .partlyCaptured: "partlyCaptured"
        case .captured: "captured"
        case .refunded: "refunded"
        case .declined: "declined"
        case .voided: "voided"
        case .failed: "failed"
        case .awaited: "awaited"
        }
    }

    /// The state of an order's payments after a failed attempt; nil for any other status.
    public var setback: PaymentState? {
        switch self {
        case .declined: .declined
        case .failed: .failed
        case .processing, .authorised, .partlyCaptured, .captured, .refunded, .voided, .awaited: nil
        }
    }

    /// A status by its name in the API.
    public init?(name: String) {
        guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = status
    }
}
