// The shop's books are kept by double entry: the amount that one account gains is lost by others, in the same currency and the
// same transaction. The accounts are a closed list; their numbers are stored in the ledger and never change their meaning.

/// An account of the shop's books.
public enum Account: Hashable, Sendable {
    /// Money that customers owe; negative where they are owed.
    case receivable
    /// Money that a provider captured and has not paid out.
    case clearing(provider: String)
    /// Money at the bank.
    case bank
    /// Cash that a carrier has collected and not handed over.
    case cashInTransit
    /// Sales.
    case revenue
    /// Tax collected for the state.
    case tax
    /// Delivery charged to customers.
    case shipping
    /// Returned goods, at their sale price.
    case returns
    /// Credits for customers' goodwill.
    case goodwill
    /// Corrections.
    case adjustments
    /// Balances of gift cards.
    case giftCards
    /// Balances of customers' store credit.
    case storeCredit
    /// Providers' fees.
    case fees
    /// Captured money that customers' banks took back in disputes.
    case disputes

    /// All accounts except the clearing accounts, in the order of a balance sheet.
    public static let fixed: [Account] = [
        .receivable, .bank, .cashInTransit, .giftCards, .storeCredit, .tax, .revenue, .shipping, .returns, .goodwill,
        .adjustments, .fees, .disputes,
    ]

    /// Its number.
    public var number: Int64 {
        switch self {
        case .receivable: 1
        case .clearing: 2
        case .bank: 3
        case .cashInTransit: 4
        case .giftCards: 10
        case .storeCredit: 11
        case .tax: 12
        case .revenue: 20
        case .shipping: 21
        case .returns: 22
        case .goodwill: 30
        case .adjustments: 31
        case .fees: 32
        case .disputes: 33
        }
    }

    /// The provider whose clearing account it is; empty for all others.
    public var provider: String {
        if case .clearing(let provider) = self { provider } else { "" }
    }

    /// An account by its number, and the provider's name for a clearing account.
    public init?(number: Int64, provider: String) {
        if number == Account.clearing(provider: "").number {
            guard !provider.isEmpty else { return nil }
            self = .clearing(provider: provider)
            return
        }
        guard provider.isEmpty, let account = Self.fixed.first(where: { $0.number == number }) else { return nil }
        self = account
    }

    /// The name in the API: a word, and for a clearing account a slash and the provider.
    public var name: String {
        switch self {
        case .receivable: "receivable"
        case .clearing(let provider): "clearing/\(provider)"
        case .bank: "bank"
        case .cashInTransit: "cashInTransit"
        case .giftCards: "giftCards"
        case .storeCredit: "storeCredit"
        case .tax: "tax"
        case .revenue: "revenue"
        case .shipping: "shipping"
        case .returns: "returns"
        case .goodwill: "goodwill"
        case .adjustments: "adjustments"
        case .fees: "fees"
        case .disputes: "disputes"
        }
    }

    /// An account by its name in the API.
    public init?(name: String) {
        let parts = name.split(separator: "/", maxSplits: 1)
        if parts.count == 2, parts[0] == "clearing" {
            self = .clearing(provider: String(parts[1]))
            return
        }
        guard let account = Self.fixed.first(where: { $0.name == name }) else { return nil }
        self = account
    }
}
