// What an order's money is enough for: one sum, by which goods may leave, further money is asked for and what is too much is given
// back. What is held is for what is still to ship. What was taken is for what has left first, and only what is beyond that pays for
// more. What was let off by a credit need not be paid.

/// The money that there is for an order, in minor units of its currency.
public struct OrderFunds: Hashable, Sendable {
    /// Taken and not given back.
    public var taken: Int64
    /// Held at a provider, and can still be taken.
    public var held: Int64
    /// Cash that whoever delivers has still to collect.
    public var cash: Int64

    /// Money for an order.
    public init(taken: Int64 = 0, held: Int64 = 0, cash: Int64 = 0) {
        self.taken = taken
        self.held = held
        self.cash = cash
    }

    /// What the payments of an order come to, all that is under way counted as done.
    public init(of order: Order, _ payments: [Payment]) {
        self.init()
        for payment in payments {
            taken += payment.claimed - payment.refunded - payment.openSum(.refund)
            held += payment.capturable
            cash += order.collectable(of: payment)
        }
    }
}

extension Order {
    /// What an order's payments come to by its own word: what has been done, and nothing that is under way.
    public var settledFunds: OrderFunds {
        OrderFunds(taken: payments.captured - payments.refunded, held: payments.authorised - payments.captured)
    }

    /// Whether it was called off or not paid in time, so that nothing of it is to be paid.
    public var isCalledOff: Bool { state == .cancelled || state == .expired }

    /// What the customer has to have paid in the end, in minor units: below nothing where more was credited than that.
    public var claim: Int64 { (isCalledOff ? 0 : worthKept) - payments.credited }

    /// What the units that have left and did not come back cost, in minor units.
    public var worthLeft: Int64 {
        lines.reduce(0) { $0 + $1.unitPrice.amount * ($1.fulfilled - $1.returned) }
    }

    /// What nobody has paid, set aside or promised in cash yet.
    public func lacking(_ funds: OrderFunds) -> Int64 {
        isCalledOff ? 0 : max(0, claim - funds.taken - funds.held - funds.cash)
    }

    /// What was taken, or let off, beyond what has left.
    public func unused(_ funds: OrderFunds) -> Int64 {
        funds.taken - worthLeft + max(0, payments.credited)
    }

    /// What goods that are still to ship may cost.
    public func enough(_ funds: OrderFunds) -> Int64 {
        funds.held + funds.cash + max(0, unused(funds))
    }

    /// What was taken beyond all that it can be for: the customer is owed it.
    public func surplus(_ funds: OrderFunds) -> Int64 {
        max(0, funds.taken - (claim < 0 ? claim : max(0, claim - funds.held)))
    }

    /// What is not paid and not held of an order that was confirmed: cash that is to be collected is a part of it.
    public var due: Money {
        let funds = settledFunds
        return Money(state == .pendingPayment ? 0 : max(0, claim - funds.taken - funds.held), currency)
    }

    /// What the customer is owed: to be given back, or under way.
    public var owed: Money { Money(surplus(settledFunds), currency) }
}
