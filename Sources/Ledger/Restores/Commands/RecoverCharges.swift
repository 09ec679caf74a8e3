// Charges of the lost future: each becomes a payment of its order where that exists and still waits for its amount; otherwise it is
// given back, or kept for a person. The charges that the ledger knows are looked up where they went on. Every step is one
// transaction and finds its own results when it is repeated, so the search may end anywhere and begin again.

import Trading

/// A charge in a provider's list that may be of the lost future.
public struct ListedCharge: Hashable, Sendable {
    /// Our id of the payment, as the provider has it; nil where it has none of ours.
    public var payment: ID<Payment>?
    /// Our id of the order, likewise.
    public var order: ID<Order>?
    /// The amount.
    public var amount: Money
    /// The charge.
    public var charge: FoundCharge

    /// A charge.
    public init(payment: ID<Payment>?, order: ID<Order>?, amount: Money, charge: FoundCharge) {
        self.payment = payment
        self.order = order
        self.amount = amount
        self.charge = charge
    }
}

/// What was done about a charge in a provider's list.
public enum ChargeRecovery: Hashable, Sendable, CaseIterable {
    /// The ledger knows it; it is looked up if it went on.
    case known
    /// It has become the payment of its order.
    case adopted
    /// Its order did not need it; what it holds is given back.
    case notNeeded
    /// Its order was lost, and it is given back.
    case givenBack
    /// Its order was lost, and it is kept for a person.
    case held
    /// Its order was lost, and it holds no money.
    case harmless
    /// No payment of the shop explains it: a person has to look at it.
    case foreign
    /// An earlier attempt of the order has to be known first.
    case waits
}

/// Decides on charges in a provider's list after a restore.
public struct RecoverCharges: Command {
    /// `recoverCharges`.
    public static let name = "recoverCharges"
    /// True: the charges were made.
    public static let recordsFacts = true

    /// The provider.
    public let provider: String
    /// The charges.
    public let charges: [ListedCharge]
    /// What becomes of the money of lost orders.
    public let rule: LostMoneyRule

    /// Charges of a provider.
    public init(_ provider: String, _ charges: [ListedCharge], rule: LostMoneyRule) {
        self.provider = provider
        self.charges = charges
        self.rule = rule
    }

    /// The payments, and their orders where they are named.
    public func prefetch(_ set: WorkingSet) {
        for charge in charges {
            if let payment = charge.payment { set.payments.want(payment) }
            if let order = charge.order { set.orders.want(order) }
        }
    }

    /// Decides on each; nothing is decided in a shop that was never restored.
    public func decide(_ set: WorkingSet) throws(Never) -> [ChargeRecovery] {
        guard var restore = set.lastRestore else { return charges.map { _ in .foreign } }
        let found = restore.found
        // Attempts of one order are decided in their order.
        var outcomes = [ChargeRecovery](repeating: .foreign, count: charges.count)
        let order = charges.indices.sorted {
            let (one, other) = (charges[$0].payment, charges[$1].payment)
            return (one?.high ?? 0, one?.low ?? 0) < (other?.high ?? 0, other?.low ?? 0)
        }
        for index in order {
            let recovery = recover(charges[index], restore, set)
            outcomes[index] = recovery
            restore.found.count(recovery)
        }
        if restore.found != found { set.restores.put(RestoreRow(restore)) }
        return outcomes
    }

    private func recover(_ listed: ListedCharge, _ restore: Restoration, _ set: WorkingSet) -> ChargeRecovery {
        guard let id = listed.payment else { return .foreign }
        if let row = set.payments.get(id), !row.payment.isMissing { return look(at: row, listed, set) }
        let owner = findOrder(of: id, named: listed.order, set)
        if let order = owner.order { return adopt(listed, order, owner.number, restore, set) }
        let placed = Timestamp(milliseconds: Int64(owner.id.high >> 16))
        // Orders from before the moment are in the ledger: what names another is not the shop's.
        guard placed >= restore.searchedFrom else { return .foreign }
        // The payment of an archived order is in a file.
        guard set.archivedOrders.get(owner.id) == nil else { return .known }
        return takeOver(listed, owner.id, owner.number, set)
    }

    /// Schedules a look-up of a known payment that differs from its charge.
    private func look(at row: PaymentRow, _ listed: ListedCharge, _ set: WorkingSet) -> ChargeRecovery {
        let payment = row.payment
        guard payment.provider == provider, payment.reference ?? listed.charge.reference == listed.charge.reference
        else { return .foreign }
        if row.due == nil, payment.canBeLookedAt, !payment.agrees(with: listed.charge) { set.makeDue(row, at: set.now) }
        return .known
    }

    /// The order of a payment: the named one, or one from which the payment's id counts up.
    private func findOrder(
        of payment: ID<Payment>,
        named: ID<Order>?,
        _ set: WorkingSet
    ) -> (order: Order?, id: ID<Order>, number: Int) {
        let numbers = 1...Payment.maxAttempts
        if let named, let number = numbers.first(where: { Payment.id(of: named, attempt: $0) == payment }) {
            return (set.orders.get(named)?.order, named, number)
        }
        for number in numbers {
            let id = ID<Order>(high: payment.high, low: payment.low &- UInt64(number - 1))
            if let order = set.orders.get(id)?.order { return (order, id, number) }
        }
        return (nil, ID<Order>(payment.bits), 1)
    }

    /// Makes a charge the payment of its order, and gives it back if the order does not wait for that amount.
    private func adopt(
        _ listed: ListedCharge,
        _ known: Order,
        _ number: Int,
        _ restore: Restoration,
        _ set: WorkingSet
    ) -> ChargeRecovery {
        var order = known
        guard listed.amount.currency == order.currency else { return .foreign }
        let isOpen = set.paymentRows(of: order).contains { $0.payment.isProcessing }
        guard !isOpen || listed.charge.isWithoutMoney else { return .waits }
        guard !isOpen else { return .harmless }
        let isWanted =
            !order.isCalledOff && set.lacking(order) == listed.amount.amount && number >= order.payments.attempts
        for missing in order.payments.attempts..<max(order.payments.attempts, number - 1) {
            let place = Payment.missing(
                order.id,
                number: missing + 1,
                amount: listed.amount,
                epoch: set.epoch,
                at: set.now
            )
            set.payments.put(PaymentRow(place))
        }
        order.countAttempts(upTo: number, at: set.now)
        var payment = recovered(listed, order.id, number, rule: nil, set)
        payment.isProbe = order.isProbe
        let before = payment
        set.paymentEvent(.paymentRecovered, payment, payment.amount.amount)
        let effect = payment.record(.found(listed.charge), for: 0, at: set.now)
        set.follow(effect, before, &payment, &order, isWanted: isWanted)
        set.adopt(listed.charge, &payment, &order)
        set.payments.put(PaymentRow(payment.touched(at: set.now), due: payment.openOperation == nil ? nil : set.now))
        set.orders.put(OrderRow(order))
        return isWanted && !listed.charge.isWithoutMoney ? .adopted : .notNeeded
    }

    /// Takes a charge whose order was lost into the books, and gives it back unless it is to be kept.
    private func takeOver(
        _ listed: ListedCharge,
        _ order: ID<Order>,
        _ number: Int,
        _ set: WorkingSet
    ) -> ChargeRecovery {
        guard !listed.charge.isWithoutMoney else { return .harmless }
        var payment = recovered(listed, order, number, rule: rule, set)
        let before = payment
        set.paymentEvent(.paymentRecovered, payment, payment.amount.amount, code: Payment.lost)
        let effect = payment.record(.found(listed.charge), for: 0, at: set.now)
        set.record(effect, before, payment)
        set.adoptLost(listed.charge, &payment, since: before)
        set.payments.put(PaymentRow(payment.touched(at: set.now), due: payment.openOperation == nil ? nil : set.now))
        return rule == .hold ? .held : .givenBack
    }

    private func recovered(
        _ listed: ListedCharge,
        _ order: ID<Order>,
        _ number: Int,
        rule: LostMoneyRule?,
        _ set: WorkingSet
    ) -> Payment {
        .recovered(
            order,
            number: number,
            provider: provider,
            amount: listed.amount,
            // What is held is captured when goods leave, as for most payments; what was captured is so already.
            capture: .onShipment,
            reference: listed.charge.reference,
            rule: rule,
            epoch: set.epoch,
            at: set.now
        )
    }
}

extension FoundCharge {
    /// Whether the customer's money was never in it.
    fileprivate var isWithoutMoney: Bool { state == .declined || (state == .gone && captured == 0) }
}

extension Payment {
    /// Whether a look at a charge would change nothing.
    fileprivate func agrees(with charge: FoundCharge) -> Bool {
        let given = charge.refunds.reduce(0) { $1.state == .done ? $0 + $1.amount : $0 }
        return held == charge.held && captured == charge.captured && refunded == given && disputed == charge.disputed
    }
}

extension Restoration.Findings {
    fileprivate mutating func count(_ recovery: ChargeRecovery) {
        switch recovery {
        case .adopted: adopted += 1
        case .notNeeded: notNeeded += 1
        case .givenBack: givenBack += 1
        case .held: held += 1
        // Found again with each search, so they are counted by the complete one.
        case .known, .harmless, .foreign, .waits: break
        }
    }
}
