/// What happens to returned units.
public enum Disposition: String, Hashable, Sendable, CaseIterable {
    /// They can be sold again.
    case restock
    /// They cannot.
    case writeOff
}

/// Units of a line to return.
public struct ReturnRequestLine: Hashable, Sendable {
    /// The line's number in the order, from 1.
    public var line: Int64
    /// Units, at least 1.
    public var quantity: Int64
    /// What happens to them.
    public var disposition: Disposition
    /// Where they are put; nil for where each unit left from.
    public var location: String?

    /// Units of a line to return.
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
    /// The returned SKU.
    public var sku: SKU
    /// Units.
    public var quantity: Int64
    /// What happened to them; nil until the inspection.
    public var disposition: Disposition?
    /// The price that was paid for them.
    public var amount: Money
    /// Where they were put, or written off; empty until the inspection, and where stock is not counted.
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

/// The stage of a return.
public enum ReturnStage: String, Hashable, Sendable, CaseIterable {
    /// The customer wants to return units; they cannot be returned in another return.
    case requested
    /// The goods have arrived.
    case received
    /// The goods were inspected, put away and credited.
    case inspected
    /// It was cancelled; its units can be returned again.
    case cancelled

    /// Whether its units are held.
    public var isOpen: Bool { self == .requested || self == .received }
}

/// The time at which a return reached a stage.
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

/// Goods of an order that were returned, or are to be, and the credit for them.
public struct Return: Hashable, Sendable, Identified {
    /// The prefix of return ids.
    public static let idPrefix = "ret"

    /// Its id.
    public package(set) var id: ID<Return>
    /// The order that the goods belong to.
    public package(set) var order: ID<Order>
    /// The returned or expected units.
    public package(set) var lines: [ReturnLine]
    /// The sum of the lines: the amount of the credit.
    public package(set) var credit: Money
    /// The id of the credit; nil until the inspection.
    public package(set) var creditID: ID<Credit>?
    /// The part of the credit that is refunded through the order's payments; nil where none is, or not yet.
    ///
    /// It is less than the credit where a part was refunded before, or has to be paid back by hand.
    public var refund: Money?
    /// The reason, as the user gave it.
    public package(set) var reason: String
    /// When it was accepted or requested.
    public package(set) var createdAt: Timestamp
    /// The stages that it went through; empty for a return in one step.
    public package(set) var history: [ReturnHistoryEntry]

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

    /// Its stage.
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
    /// Money owed to a customer for an order was paid out by hand, such as by a bank transfer: the opposite of a credit.
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

/// Money credited to a customer, or a correction, with a reason.
public struct Credit: Hashable, Sendable, Identified {
    /// The prefix of credit ids.
    public static let idPrefix = "crd"

    /// Its id.
    public package(set) var id: ID<Credit>
    /// Why it exists.
    public package(set) var kind: CreditKind
    /// The amount that the customer is owed, or for a payout no longer is; only an adjustment may be negative, none is zero
    /// except for a return of free goods.
    public package(set) var amount: Money
    /// The reason, as the user gave it.
    public package(set) var reason: String
    /// The customer on file, if any.
    public package(set) var customer: ID<Customer>?
    /// The order, if any.
    public package(set) var order: ID<Order>?
    /// The merchant's own reference.
    public package(set) var reference: String?
    /// When.
    public package(set) var createdAt: Timestamp

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

    /// The change of the amount owed to an order's customer, apart from returned goods.
    public var worth: Int64 {
        switch kind {
        case .credit, .adjustment: amount.amount
        case .payout: -amount.amount
        case .return: 0
        }
    }
}

/// Why a credit was refused, in order of precedence.
///
/// Nothing was changed.
public enum CreditRefusal: Error, Hashable, Sendable {
    /// The customer does not exist.
    case customerNotFound
    /// The order does not exist.
    case orderNotFound
    /// The order is in another currency.
    case currencyMismatch(Currency)
    /// A payout needs an order, and none is named.
    case orderNeeded
    /// The amount exceeds what the order's customer is owed.
    case tooMuch(owed: Money)
}
