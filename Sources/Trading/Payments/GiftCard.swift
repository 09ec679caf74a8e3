// A gift card is money that the shop owes the holder of its code. The code is disclosed once; the card's id is a digest of it, so
// that the code leads to the card and the stored data does not reveal the code.

/// A gift card.
public struct GiftCard: Hashable, Sendable, Identified {
    /// The prefix of gift card ids.
    public static let idPrefix = "gft"

    /// A digest of its code.
    public package(set) var id: ID<GiftCard>
    /// The initial balance.
    public package(set) var issued: Money
    /// The remaining balance.
    public package(set) var balance: Money
    /// The merchant's own reference.
    public package(set) var reference: String?
    /// When it was issued.
    public package(set) var createdAt: Timestamp
    /// When it last changed.
    public package(set) var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public package(set) var version: Int64

    /// A gift card with every field, as an engine reads it.
    public init(
        id: ID<GiftCard>,
        issued: Money,
        balance: Money,
        reference: String?,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1
    ) {
        self.id = id
        self.issued = issued
        self.balance = balance
        self.reference = reference
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    /// Deducts an amount, or adds it where `amount` is negative; false where the balance is too small.
    public mutating func redeem(_ amount: Money, at now: Timestamp) -> Bool {
        guard amount.currency == balance.currency, balance.amount >= amount.amount else { return false }
        balance = Money(balance.amount - amount.amount, balance.currency)
        updatedAt = now
        version += 1
        return true
    }
}

/// The source of a gift card's money.
public enum GiftCardFunding: String, Hashable, Sendable, CaseIterable {
    /// It was sold, and paid outside Tradewind.
    case sold
    /// It was given away.
    case given
}
