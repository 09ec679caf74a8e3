import JSON
import Trading

/// Credits money, or corrects the books, with a reason.
public struct GiveCredit: IdempotentCommand {
    /// `giveCredit`.
    public static let name = "giveCredit"

    /// The kind; not a return.
    public let kind: CreditKind
    /// The amount.
    public let amount: Money
    /// The reason.
    public let reason: String
    /// The customer, if any.
    public let customer: ID<Customer>?
    /// The order, if any.
    public let order: ID<Order>?
    /// The merchant's own reference.
    public let reference: String?

    /// A credit to give.
    public init(
        kind: CreditKind,
        amount: Money,
        reason: String,
        customer: ID<Customer>? = nil,
        order: ID<Order>? = nil,
        reference: String? = nil
    ) {
        self.kind = kind
        self.amount = amount
        self.reason = reason
        self.customer = customer
        self.order = order
        self.reference = reference
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        if let order { set.orders.want(order) }
    }

    /// The order's payment and stock.
    public func prefetchLinked(_ set: WorkingSet) {
        if let order { set.wantParts(of: order) }
    }

    /// Decides, in the order of ``CreditRefusal``.
    public func decide(_ set: WorkingSet) throws(CreditRefusal) -> Credit {
        if let customer, set.customers.get(customer) == nil { throw .customerNotFound }
        if let order {
            guard let found = set.orders.get(order)?.order, !found.isProbe else { throw .orderNotFound }
            guard found.currency == amount.currency else { throw .currencyMismatch(found.currency) }
            let owed = found.surplus(set.funds(of: found))
            if kind == .payout, amount.amount > owed { throw .tooMuch(owed: Money(owed, found.currency)) }
        } else if kind == .payout {
            throw .orderNeeded
        }
        let credit = Credit(
            id: set.freshID(),
            kind: kind,
            amount: amount,
            reason: reason,
            customer: customer,
            order: order,
            reference: reference,
            createdAt: set.now
        )
        set.credits.insert(CreditRow(credit))
        if let order, var found = set.orders.get(order)?.order {
            found.credit(credit.worth, at: set.now)
            set.dropCash(of: &found)
            set.orders.put(OrderRow(found))
        }
        set.creditEvent(credit)
        set.book(.credited(credit))
        if let customer, set.isErased(customer.bits) { set.eraseSoon(customer) }
        return credit
    }
}
