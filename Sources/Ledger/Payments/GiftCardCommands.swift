import Trading

/// Issues a gift card; its code is known to the caller alone.
public struct IssueGiftCard: IdempotentCommand {
    /// `issueGiftCard`.
    public static let name = "issueGiftCard"

    /// The card's id, a digest of its code.
    public let id: ID<GiftCard>
    /// What it is issued with.
    public let amount: Money
    /// Whence the money comes.
    public let funding: GiftCardFunding
    /// The merchant's own reference.
    public let reference: String?

    /// A gift card to issue.
    public init(_ id: ID<GiftCard>, amount: Money, funding: GiftCardFunding, reference: String?) {
        self.id = id
        self.amount = amount
        self.funding = funding
        self.reference = reference
    }

    /// The card.
    public func prefetch(_ set: WorkingSet) {
        set.giftCards.want(id)
    }

    /// The card; one that is there already is given as it is.
    public func decide(_ set: WorkingSet) throws(Never) -> GiftCard {
        if let found = set.giftCards.get(id)?.card { return found }
        let card = GiftCard(
            id: id,
            issued: amount,
            balance: amount,
            reference: reference,
            createdAt: set.now,
            updatedAt: set.now
        )
        set.giftCards.put(GiftCardRow(card))
        set.book(.giftCardIssued(card, funding))
        set.event(.giftCardIssued, id.description) { $0.member("amount", amount) }
        return card
    }
}

/// Grants a customer store credit.
public struct GrantStoreCredit: IdempotentCommand {
    /// `grantStoreCredit`.
    public static let name = "grantStoreCredit"

    /// To whom.
    public let customer: ID<Customer>
    /// How much.
    public let amount: Money
    /// Why.
    public let reason: String

    /// Store credit to grant.
    public init(to customer: ID<Customer>, _ amount: Money, reason: String) {
        self.customer = customer
        self.amount = amount
        self.reason = reason
    }

    /// The customer, and the credit that the customer has.
    public func prefetch(_ set: WorkingSet) {
        set.customers.want(customer)
        set.storeCredits.want(StoreCreditRow.Key(customer, amount.currency))
    }

    /// What the customer has in that currency now.
    public func decide(_ set: WorkingSet) throws(StoreCreditRefusal) -> StoreCreditRow {
        guard let found = set.customers.get(customer)?.customer, found.erasedAt == nil else { throw .customerNotFound }
        let key = StoreCreditRow.Key(customer, amount.currency)
        let (has, spent) = set.storeCredits.get(key).map { ($0.amount, $0.spent) } ?? (0, 0)
        // What orders were paid with has its place left: it comes back whenever they are called off or returned.
        let room = OrderLimits.maxAmount - has - spent
        guard amount.amount <= room else { throw .tooMuch(room: Money(max(0, room), amount.currency)) }
        let row = StoreCreditRow(key, amount: has + amount.amount, spent: spent, updatedAt: set.now)
        set.storeCredits.put(row)
        set.book(.storeCreditGranted(amount, to: customer, reason: reason))
        set.event(.storeCreditGranted, customer.description) { $0.member("amount", amount) }
        return row
    }
}

/// Why no store credit was granted, in order of precedence.
public enum StoreCreditRefusal: Error, Hashable, Sendable {
    /// There is no such customer, or the customer was erased.
    case customerNotFound
    /// With what orders may give back it would come to more than can be written exactly.
    case tooMuch(room: Money)
}
