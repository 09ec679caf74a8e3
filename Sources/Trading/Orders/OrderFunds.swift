// The money available for an order: one sum that decides which goods may leave, whether more money is asked for, and how much is
// refunded. Authorised money is for goods that are still to ship. Captured money is for goods that have left first, and only the
// rest pays for more. Credited amounts need not be paid.

/// The money available for an order, in minor units of its currency.
public struct OrderFunds: Hashable, Sendable {
    /// Captured and not refunded.
    public var taken: Int64
    /// Authorised at a provider, and still capturable.
    public var held: Int64
    /// Cash that the carrier has still to collect.
    public var cash: Int64

    /// Money for an order.
    public init(taken: Int64 = 0, held: Int64 = 0, cash: Int64 = 0) {
        self.taken = taken
        self.held = held
        self.cash = cash
    }

    /// The sums of an order's payments, with operations under way counted as done.
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
    /// The sums of an order's payments by its own record: without operations under way.
    public var settledFunds: OrderFunds {
        OrderFunds(taken: payments.captured - payments.refunded, held: payments.authorised - payments.captured)
    }

    /// Whether it was cancelled or expired, so that nothing is to be paid.
    public var isCalledOff: Bool { state == .cancelled || state == .expired }

    /// The amount that the customer must have paid in the end, in minor units; negative where more was credited than that.
    public var claim: Int64 { (isCalledOff ? 0 : worthKept) - payments.credited }

    /// The price of the units that have left and were not returned, in minor units.
    public var worthLeft: Int64 {
        lines.reduce(0) { $0 + $1.unitPrice.amount * ($1.fulfilled - $1.returned) }
    }

    /// The amount that is neither paid, authorised nor promised in cash.
    public func lacking(_ funds: OrderFunds) -> Int64 {
        isCalledOff ? 0 : max(0, claim - funds.taken - funds.held - funds.cash)
    }

    /// The amount captured or credited beyond the goods that have left.
    public func unused(_ funds: OrderFunds) -> Int64 {
        funds.taken - worthLeft + max(0, payments.credited)
    }

    /// The price that goods still to ship may have.
    public func enough(_ funds: OrderFunds) -> Int64 {
        funds.held + funds.cash + max(0, unused(funds))
    }

    /// The amount captured beyond everything that it can pay for: it is owed to the customer.
    public func surplus(_ funds: OrderFunds) -> Int64 {
        max(0, funds.taken - (claim < 0 ? claim : max(0, claim - funds.held)))
    }

    /// The amount of a confirmed order that is neither captured nor authorised; cash to be collected is a part of it.
    public var due: Money {
        let funds = settledFunds
        return Money(state == .pendingPayment ? 0 : max(0, claim - funds.taken - funds.held), currency)
    }

    /// The amount owed to the customer: to be refunded, or being refunded.
    public var owed: Money { Money(surplus(settledFunds), currency) }
}
