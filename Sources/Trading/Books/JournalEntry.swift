// A journal entry is made of legs, each of which moves an amount from one account to another: so no entry can be out of balance
// in any currency. Its postings are the sums of the legs for each account; debits are positive, credits negative.

/// The kind of a journal entry; numbers are stored in the ledger and never change their meaning.
public enum JournalKind: Int64, Hashable, Sendable, CaseIterable {
    /// An order was confirmed: the customer owes for it.
    case orderConfirmed = 1
    /// A confirmed order, or units of it, were cancelled.
    case orderCancelled = 2
    /// Money was captured.
    case captured = 3
    /// Money was refunded.
    case refunded = 4
    /// A provider charged a fee.
    case fee = 5
    /// Goods came back and were credited.
    case returned = 6
    /// Money was credited to a customer's favour.
    case credited = 7
    /// The books were corrected.
    case adjusted = 8
    /// A gift card was issued.
    case giftCardIssued = 9
    /// Store credit was granted.
    case storeCreditGranted = 10
    /// A customer's bank took money back in a dispute, or returned it.
    case disputed = 11
    /// Money owed to a customer was paid out by hand.
    case paidOut = 12

    /// The name in the API.
    public var name: String {
        switch self {
        case .orderConfirmed: "orderConfirmed"
        case .orderCancelled: "orderCancelled"
        case .captured: "captured"
        case .refunded: "refunded"
        case .fee: "fee"
        case .returned: "returned"
        case .credited: "credited"
        case .adjusted: "adjusted"
        case .giftCardIssued: "giftCardIssued"
        case .storeCreditGranted: "storeCreditGranted"
        case .disputed: "disputed"
        case .paidOut: "paidOut"
        }
    }
}

/// An amount that moves from one account to another.
public struct JournalLeg: Hashable, Sendable {
    /// The debited account.
    public let debit: Account
    /// The credited account.
    public let credit: Account
    /// The amount; a negative one moves the other way.
    public let amount: Money

    /// A movement of an amount.
    public init(debit: Account, credit: Account, _ amount: Money) {
        self.debit = debit
        self.credit = credit
        self.amount = amount
    }
}

/// The effect of an entry on one account.
public struct Posting: Hashable, Sendable {
    /// The account.
    public package(set) var account: Account
    /// The amount: a debit is positive, a credit negative.
    public package(set) var amount: Money

    /// A posting to an account.
    public init(_ account: Account, _ amount: Money) {
        self.account = account
        self.amount = amount
    }
}

/// Why an entry is refused, in order of precedence.
///
/// The same postings fail again.
public enum JournalRefusal: Error, Hashable, Sendable {
    /// Nothing is posted.
    case empty
    /// Debits and credits of a currency differ.
    case unbalanced(Currency)
    /// An amount exceeds 64 bits.
    case overflow
}

/// One entry of the journal: balanced in every currency, always.
public struct JournalEntry: Hashable, Sendable {
    /// What it is about.
    public let kind: JournalKind
    /// The order that it belongs to.
    public let order: ID<Order>?
    /// The payment that it belongs to.
    public let payment: ID<Payment>?
    /// The reason as the user gave it, after the customer's id where the entry concerns one.
    public private(set) var note: String?
    /// The effect on each account; at most one posting for an account and currency, none of zero.
    public let postings: [Posting]

    /// An entry of postings, as a store reads it back.
    ///
    /// - Throws: ``JournalRefusal`` for postings that are not an entry.
    public init(
        _ kind: JournalKind,
        order: ID<Order>? = nil,
        payment: ID<Payment>? = nil,
        note: String? = nil,
        postings: [Posting]
    ) throws(JournalRefusal) {
        guard !postings.isEmpty else { throw .empty }
        var sums: [Currency: Int64] = [:]
        for posting in postings {
            let (sum, overflow) = sums[posting.amount.currency, default: 0].addingReportingOverflow(
                posting.amount.amount
            )
            guard !overflow else { throw .overflow }
            sums[posting.amount.currency] = sum
        }
        for posting in postings where sums[posting.amount.currency] != 0 {
            throw .unbalanced(posting.amount.currency)
        }
        self.kind = kind
        self.order = order
        self.payment = payment
        self.note = note
        self.postings = postings
    }

    /// The same entry with another note.
    public func noting(_ note: String?) -> JournalEntry {
        var entry = self
        entry.note = note
        return entry
    }

    /// An entry of legs; nil where they sum to zero.
    init?(
        _ kind: JournalKind,
        order: ID<Order>? = nil,
        payment: ID<Payment>? = nil,
        note: String? = nil,
        legs: [JournalLeg]
    ) {
        var postings: [Posting] = []
        func post(_ account: Account, _ amount: Int64, _ currency: Currency) {
            guard let index = postings.firstIndex(where: { $0.account == account && $0.amount.currency == currency })
            else { return postings.append(Posting(account, Money(amount, currency))) }
            postings[index] = Posting(account, Money(postings[index].amount.amount + amount, currency))
        }
        for leg in legs {
            post(leg.debit, leg.amount.amount, leg.amount.currency)
            post(leg.credit, -leg.amount.amount, leg.amount.currency)
        }
        postings.removeAll { $0.amount.isZero }
        guard !postings.isEmpty else { return nil }
        self.kind = kind
        self.order = order
        self.payment = payment
        self.note = note
        self.postings = postings
    }
}
