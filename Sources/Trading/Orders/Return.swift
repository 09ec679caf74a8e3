/// What becomes of units that came back.
public enum Disposition: String, Hashable, Sendable, CaseIterable {
    /// They can be sold again.
    case restock
    /// They cannot.
    case writeOff
}

/// Units of a line that come back.
public struct ReturnRequestLine: Hashable, Sendable {
    /// The line's number in the order, from 1.
    public var line: Int64
    /// Units, at least 1.
    public var quantity: Int64
    /// What becomes of them.
    public var disposition: Disposition
    /// Where they are put away; nil for where each left from.
    public var location: String?

    /// Units of a line that come back.
    public init(line: Int64, quantity: Int64, disposition: Disposition, location: String? = nil) {
        self.line = line
        self.quantity = quantity
        self.disposition = disposition
        self.location = location
    }
}

/// A line of a return.
public struct ReturnLine: Hashable, Sendable {
    /// The line's number in the order, from 1.
    public var line: Int64
    /// What came back.
    public var sku: SKU
    /// Units.
    public var quantity: Int64
    /// What became of them; nil until they were inspected.
    public var disposition: Disposition?
    /// What they had cost.
    public var amount: Money
    /// Where they were put away, or written off; empty until they were inspected, and where no stock is kept.
    public var places: [Allocation]

    /// A line of a return.
    public init(
        line: Int64,
        sku: SKU,
        quantity: Int64,
        disposition: Disposition?,
        amount: Money,
        places: [Allocation] = []
    ) {
        self.line = line
        self.sku = sku
        self.quantity = quantity
        self.disposition = disposition
        self.amount = amount
        self.places = places
    }
}

/// Where a return stands.
public enum ReturnStage: String, Hashable, Sendable, CaseIterable {
    /// The customer wants to send units back; they are held from being returned twice.
    case requested
    /// The goods are here.
    case received
    /// They were looked at, put away and credited.
    case inspected
    /// It was called off; its units can be returned again.
    case cancelled

    /// Whether its units are held.
    public var isOpen: Bool { self == .requested || self == .received }
}

/// When a return that is done in stages came to one of them.
public struct ReturnHistoryEntry: Hashable, Sendable {
    /// The stage from then on.
    public var stage: ReturnStage
    /// When.
    public var at: Timestamp

    /// An entry of the history.
    public init(stage: ReturnStage, at: Timestamp) {
        self.stage = stage
        self.at = at
    }
}

/// Goods of an order that came back, or are about to, and what the customer is owed for them.
public struct Return: Hashable, Sendable, Identified {
    /// The prefix of return ids.
    public static let idPrefix = "ret"

    /// Its id.
    public let id: ID<Return>
    /// The order that the goods belong to.
    public let order: ID<Order>
    /// What came back, or is expected.
    public internal(set) var lines: [ReturnLine]
    /// The sum of the lines: what was credited, or would be.
    public internal(set) var credit: Money
    /// The credit that was given for it; nil until then.
    public internal(set) var creditID: ID<Credit>?
    /// What of the credit is given back through the order's payments; nil where none is, or not yet.
    ///
    /// It is less than the credit where a part was given back before, or is for people to give back.
    public var refund: Money?
    /// Why, in the words of whoever took it.
    public let reason: String
    /// When it was taken, or asked for.
    public let createdAt: Timestamp
    /// The stages that it went through; empty where all was done at once.
    public internal(set) var history: [ReturnHistoryEntry]

    /// A return.
    public init(
        id: ID<Return>,
        order: ID<Order>,
        lines: [ReturnLine],
        credit: Money,
        creditID: ID<Credit>?,
        refund: Money? = nil,
        reason: String,
        createdAt: Timestamp,
        history: [ReturnHistoryEntry] = []
    ) {
        self.refund = refund
        self.id = id
        self.order = order
        self.lines = lines
        self.credit = credit
        self.creditID = creditID
        self.reason = reason
        self.createdAt = createdAt
        self.history = history
    }

    /// Where it stands.
    public var stage: ReturnStage { history.last?.stage ?? .inspected }
}

/// Why money is credited.
public enum CreditKind: Int64, Hashable, Sendable, CaseIterable {
    /// Goodwill or a correction in the customer's favour, not tied to goods.
    case credit = 1
    /// A correction of the merchant's books, either way.
    case adjustment = 2
    /// Goods came back.
    case `return` = 3
    /// What a customer was owed for an order was paid out by hand, as by a transfer: the opposite of a credit.
    case payout = 4

    /// The name in the API.
    public var name: String {
        switch self {
        case .credit: "credit"
        case .adjustment: "adjustment"
        case .return: "return"
        case .payout: "payout"
        }
    }

    /// A kind by its name in the API.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// Money given back, or a correction with a reason.
public struct Credit: Hashable, Sendable, Identified {
    /// The prefix of credit ids.
    public static let idPrefix = "crd"

    /// Its id.
    public let id: ID<Credit>
    /// Why it exists.
    public let kind: CreditKind
    /// What the customer is owed, or of a payout no longer is; only an adjustment may be negative, none is zero but a return of free goods.
    public let amount: Money
    /// Why, in the words of whoever gave it.
    public let reason: String
    /// The customer on file, if any.
    public let customer: ID<Customer>?
    /// The order, if any.
    public let order: ID<Order>?
    /// The merchant's own reference.
    public let reference: String?
    /// When.
    public let createdAt: Timestamp

    /// A credit.
    public init(
        id: ID<Credit>,
        kind: CreditKind,
        amount: Money,
        reason: String,
        customer: ID<Customer>? = nil,
        order: ID<Order>? = nil,
        reference: String? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.amount = amount
        self.reason = reason
        self.customer = customer
        self.order = order
        self.reference = reference
        self.createdAt = createdAt
    }

    /// By how much an order's customer is owed more, besides goods that came back.
    public var worth: Int64 {
        switch kind {
        case .credit, .adjustment: amount.amount
        case .payout: -amount.amount
        case .return: 0
        }
    }
}

/// Why a credit was refused, in order of precedence.
public enum CreditRefusal: Error, Hashable, Sendable {
    /// The customer that it names does not exist.
    case customerNotFound
    /// The order that it names does not exist.
    case orderNotFound
    /// The order is in another currency.
    case currencyMismatch(Currency)
    /// What is paid out is owed for an order, and none is named.
    case orderNeeded
    /// More than the order's customer is owed.
    case tooMuch(owed: Money)
}
