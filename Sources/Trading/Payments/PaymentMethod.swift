// How an order is paid, and how far that has come. Names are kept in the ledger and told by the API; none is ever renamed.

/// How an order is paid.
public enum PaymentMethod: String, Hashable, Sendable, CaseIterable {
    /// By means outside Tradewind; an operator marks it paid.
    case manual
    /// By a provider, from a token that the provider's own page made.
    case card
    /// In cash, when the goods arrive.
    case cashOnDelivery
    /// From what the shop owes the customer.
    case storeCredit
    /// From a gift card.
    case giftCard

    /// Whether a provider moves the money, which takes time and may fail.
    public var needsProvider: Bool { self == .card }

    /// Whether an order is confirmed in the moment in which it is placed: the money is there, or is not waited for.
    public var confirmsAtOnce: Bool {
        switch self {
        case .manual, .card: false
        case .cashOnDelivery, .storeCredit, .giftCard: true
        }
    }
}

/// Where an order's payment stands.
public enum PaymentState: String, Hashable, Sendable, CaseIterable {
    /// Not paid yet.
    case pending
    /// Not paid yet: the provider said no to the last attempt.
    case declined
    /// Not paid yet: the provider could not be reached for the last attempt, and was not charged.
    case failed
    /// The money is held, and taken when the goods leave.
    case authorised
    /// A part was taken.
    case partlyPaid
    /// Paid.
    case paid
    /// All that was taken was given back.
    case refunded
    /// Will not be paid: cancelled or expired.
    case void

    /// Itself where it says that the last attempt came to nothing.
    public var setback: PaymentState? { self == .declined || self == .failed ? self : nil }
}

/// When money that a provider holds is taken.
public enum CaptureMode: String, Hashable, Sendable, CaseIterable {
    /// With the authorisation.
    case atOnce
    /// With the goods: each shipment takes its own part.
    case onShipment
    /// With the first goods, all of it: some providers take what they hold in one piece.
    case onFirstShipment
}

/// Where one attempt to pay stands; numbers are kept in the ledger and never change their meaning.
public enum PaymentStatus: Int64, Hashable, Sendable, CaseIterable {
    /// The provider has not decided, or its decision is not known.
    case processing = 1
    /// The money is held.
    case authorised = 2
    /// A part was taken; the rest is held.
    case partlyCaptured = 3
    /// The money was taken.
    case captured = 4
    /// All that was taken was given back.
    case refunded = 5
    /// The provider said no.
    case declined = 6
    /// What was held was let go, or is no longer wanted.
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

    /// What the order says of an attempt that came to nothing; nil for any other.
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
