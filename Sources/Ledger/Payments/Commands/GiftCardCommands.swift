import Trading

/// Issues a gift card; only the caller knows its code.
public struct IssueGiftCard: IdempotentCommand {
    /// `issueGiftCard`.
    public static let name = "issueGiftCard"

    /// The card's id, a digest of its code.
    public let id: ID<GiftCard>
    /// The initial balance.
    public let amount: Money
    /// The source of the money.
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

    /// Decides the card; an existing one is returned unchanged.
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

    /// The customer.
    public let customer: ID<Customer>
    /// The amount.
    public let amount: Money
    /// The reason.
    public let reason: String

    /// Store credit to grant.
    public init(to customer: ID<Customer>, _ amount: Money, reason: String) {
        self.customer = customer
        self.amount = amount
        self.reason = reason
    }

    /// The customer, and the existing credit.
    public func prefetch(_ set: WorkingSet) {
        set.customers.want(customer)
        set.storeCredits.want(StoreCreditRow.Key(customer, amount.currency))
    }

    /// Decides the customer's credit in that currency.
    public func decide(_ set: WorkingSet) throws(StoreCreditRefusal) -> StoreCreditRow {
        guard let found = set.customers.get(customer)?.customer, found.erasedAt == nil else { throw .customerNotFound }
        let key = StoreCreditRow.Key(customer, amount.currency)
        let (has, spent) = set.storeCredits.get(key).map { ($0.amount, $0.spent) } ?? (0, 0)
        // Room is kept for credit that paid for orders: it comes back when these are cancelled or returned.
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
///
/// Nothing was changed.
public enum StoreCreditRefusal: Error, Hashable, Sendable {
    /// The customer does not exist or was erased.
    case customerNotFound
    /// Together with possible refunds it would exceed the largest exact amount.
    case tooMuch(room: Money)
}
