import JSON
import Trading

/// Moves an order on: pays, extends, cancels, ships or completes it.
public struct ChangeOrder: IdempotentCommand {
    /// What to do.
    public enum Change: Sendable {
        /// Mark it paid.
        case pay(reason: String?)
        /// Hold its units for that many seconds from now, or longer where they are.
        case extend(seconds: Int64)
        /// Call it off: these units, or all that has not shipped.
        case cancel([UnitsToCancel]? = nil, reason: String?)
        /// Ship units of lines, or all that is left.
        case fulfil([LineQuantity]?)
        /// Close it.
        case complete
        /// Note that its cash was collected when the goods arrived.
        case collected
    }

    /// `changeOrder`.
    public static let name = "changeOrder"

    /// Which order.
    public let id: ID<Order>
    /// What to do.
    public let change: Change

    /// A change of an order.
    public init(_ id: ID<Order>, _ change: Change) {
        self.id = id
        self.change = change
    }

    /// The row that it is about.
    public func prefetch(_ set: WorkingSet) {
        set.orders.want(id)
    }

    /// The order's payment and stock.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: id)
    }

    /// Decides, in the order of ``OrderRefusal``.
    public func decide(_ set: WorkingSet) throws(OrderRefusal) -> AnsweredOrder {
        guard var order = set.orders.get(id)?.order else { throw .notFound }
        switch change {
        case .pay(let reason):
            // Nothing of a prober's is paid by hand, shipped or credited.
            guard !order.isProbe else { throw .notFound }
            let open = order.currentPayment.flatMap { set.payments.get($0)?.payment.isProcessing } ?? false
            let wasWaiting = order.state == .pendingPayment
            let lacking = set.lacking(order)
            try order.pay(lacking, reason: reason, at: set.now)
            if open { throw .paymentOpen }
            if wasWaiting {
                set.orderEvent(.orderConfirmed, order)
                set.book(.orderConfirmed(order))
            }
            set.bookPaidByHand(order, lacking, isTold: !wasWaiting)
        case .extend(let seconds):
            let until = set.now.adding(seconds: seconds)
            if try order.extend(until: until, at: set.now) {
                set.orderEvent(.orderExtended, order) { $0.member("reservedUntil", until) }
            }
        case .cancel(let units, let reason):
            try set.cancel(&order, units, reason: reason)
        case .fulfil(let quantities):
            try set.fulfil(&order, quantities)
        case .complete:
            try order.complete(at: set.now)
            set.orderEvent(.orderCompleted, order)
        case .collected:
            try set.collectCash(of: &order)
        }
        let row = OrderRow(order)
        set.orders.put(row)
        return AnsweredOrder(row)
    }

    /// Which order, and how far it had come: later changes of the order do not show in the answer.
    public func receipt(for outcome: AnsweredOrder) -> [UInt8] { OrderReceipt(outcome.order).document }

    /// The answer as it was.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredOrder? {
        OrderReceipt(document: receipt)?.answer(set)
    }
}

extension WorkingSet {
    /// Writes the payment that an operator took by hand.
    fileprivate func bookPaidByHand(_ order: Order, _ amount: Int64, isTold: Bool) {
        guard amount > 0 else { return }
        let payment = Payment.settled(
            order.id,
            number: order.payments.attempts,
            method: .manual,
            amount: Money(amount, order.currency),
            at: now
        )
        payments.insert(PaymentRow(payment))
        book(.captured(payment, payment.captured))
        if isTold { paymentEvent(.paymentCaptured, payment, amount) }
    }

    /// Takes the cash of an order that is paid when it arrives: all that is to be paid for what was kept.
    func collectCash(of order: inout Order) throws(OrderRefusal) {
        guard order.state != .cancelled else { throw .wrongState(order.state) }
        let rows = paymentRows(of: order)
        guard let row = rows.first(where: { order.collectable(of: $0.payment) > 0 }) else {
            throw .nothingToCollect(order.paymentState)
        }
        let part = order.collectable(of: row.payment)
        var payment = row.payment
        follow(payment.collect(part), row.payment, &payment, &order)
        put(payment, over: row)
    }

    /// The first line of a return that is to be sold again and whose product was taken out of the catalogue; nil where there is none.
    func findGone(_ lines: [ReturnLine]) -> (index: Int, sku: SKU)? {
        lines.firstIndex { $0.disposition == .restock && !$0.places.isEmpty && products.get($0.sku) == nil }
            .map { ($0, lines[$0].sku) }
    }

    /// The first line that is to be put away where there is no location; nil where there is none.
    func findUnknownPlace(_ lines: [ReturnRequestLine]) -> Int? {
        lines.firstIndex { line in line.location.map { code in !allLocations.contains { $0.code == code } } ?? false }
    }
}

extension Order {
    /// What units of its lines cost, in minor units; at most the total, which fits.
    func worth(of units: [LineQuantity]) -> Int64 {
        units.reduce(0) { $0 + lines[Int($1.line) - 1].unitPrice.amount * $1.quantity }
    }
}

/// Ends an unpaid order whose reservation is over.
///
/// It needs no claim: whether it is over is decided here, and a second worker finds that it has ended.
public struct ExpireOrder: Command {
    /// `expireOrder`.
    public static let name = "expireOrder"

    /// Which order.
    public let id: ID<Order>

    /// The end of a reservation.
    public init(_ id: ID<Order>) {
        self.id = id
    }

    /// The row that it is about.
    public func prefetch(_ set: WorkingSet) {
        set.orders.want(id)
    }

    /// The order's payment and stock.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: id)
    }

    /// Whether it ended now; an order that was paid, extended or called off meanwhile is left alone.
    ///
    /// The units of an order whose payment is under way are held on: the money may be there without our knowing.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard var order = set.orders.get(id)?.order else { return false }
        if let payment = order.currentPayment, set.payments.get(payment)?.payment.isProcessing == true {
            hold(&order, set)
            return false
        }
        guard let movements = order.expire(at: set.now) else { return false }
        set.apply(movements, of: id, reason: "expired")
        set.orders.put(OrderRow(order))
        set.orderEvent(.orderExpired, order)
        return true
    }

    /// For how long units are held on while the outcome of a payment is not known, in seconds.
    public static let extensionSeconds: Int64 = 900

    private func hold(_ order: inout Order, _ set: WorkingSet) {
        guard let reservedUntil = order.reservedUntil, reservedUntil <= set.now else { return }
        let until = set.now.adding(seconds: Self.extensionSeconds)
        do throws(OrderRefusal) {
            try order.extend(until: until, at: set.now)
        } catch {
            // An order that holds units until a time waits for payment, and so can be extended.
            preconditionFailure("\(id) is not extended: \(error)")
        }
        set.orders.put(OrderRow(order))
        set.orderEvent(.orderExtended, order) { $0.member("reservedUntil", until) }
    }
}

/// Takes goods of an order back, and credits them.
public struct TakeBack: IdempotentCommand {
    /// `takeBack`.
    public static let name = "takeBack"

    /// Which order.
    public let order: ID<Order>
    /// What comes back.
    public let lines: [ReturnRequestLine]
    /// Why.
    public let reason: String

    /// Goods that come back.
    public init(order: ID<Order>, lines: [ReturnRequestLine], reason: String) {
        self.order = order
        self.lines = lines
        self.reason = reason
    }

    /// The row that it is about.
    public func prefetch(_ set: WorkingSet) {
        set.orders.want(order)
    }

    /// The order's payment and stock.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: order)
    }

    /// Decides, in the order of ``OrderRefusal``.
    public func decide(_ set: WorkingSet) throws(OrderRefusal) -> Return {
        guard var found = set.orders.get(order)?.order else { throw .notFound }
        if let index = set.findUnknownPlace(lines) { throw .unknownLocation(index: index) }
        let (taken, movements) = try found.takeBack(
            lines,
            held: set.unitsHeldByReturns(of: order),
            id: set.freshID(),
            credit: set.freshID(),
            reason: reason,
            at: set.now
        )
        if let gone = set.findGone(taken.lines) { throw .productGone(index: gone.index, sku: gone.sku) }
        return set.settle(taken, of: found, movements)
    }
}

/// Credits money, or corrects the books, with a reason.
public struct GiveCredit: IdempotentCommand {
    /// `giveCredit`.
    public static let name = "giveCredit"

    /// Why it exists; not a return.
    public let kind: CreditKind
    /// How much.
    public let amount: Money
    /// Why.
    public let reason: String
    /// To whom.
    public let customer: ID<Customer>?
    /// For which order.
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

    /// The row that it is about.
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

extension WorkingSet {
    /// Ships units of an order, or all that is left and not packed: everything that goes with it happens here, whoever ships.
    ///
    /// The order is changed and not yet put.
    ///
    /// - Parameters:
    ///   - parcel: in which they leave; nil where they leave in none of ours.
    ///   - isFact: whether they have left, paid or not.
    func fulfil(
        _ order: inout Order,
        _ quantities: [LineQuantity]?,
        in parcel: Shipment? = nil,
        isFact: Bool = false
    ) throws(OrderRefusal) {
        guard !order.isProbe else { throw .notFound }
        let unchanged = order
        let before = order.lines.map(\.fulfilled)
        let movements = try order.fulfil(
            quantities,
            from: parcel?.location,
            sparing: PackedUnits(shipments(of: order.id).filter { $0.id != parcel?.id }),
            at: now
        )
        let units = zip(order.lines, before).enumerated().map { index, line in
            LineQuantity(line: Int64(index + 1), quantity: line.0.fulfilled - line.1)
        }
        if !isFact { try checkPaid(unchanged, units) }
        apply(movements, of: order.id)
        if parcel == nil { countLoose(order, since: before) }
        capture(shipped: order.worth(of: units), of: &order)
        orderEvent(order.state == .fulfilled ? .orderFulfilled : .orderPartlyFulfilled, order)
    }

    /// Puts a return whose goods were put away, with its order, its credit and their events.
    ///
    /// - Returns: the return, which says what of its credit is given back through the order's payments.
    @discardableResult
    func settle(_ taken: Return, of order: Order, _ movements: [OrderMovement]) -> Return {
        guard let creditID = taken.creditID else { preconditionFailure("a return is settled with a credit") }
        var (taken, order) = (taken, order)
        // Why is told by the return, where the erasure of a person finds it.
        apply(movements, of: order.id, reason: taken.id.description)
        let credit = Credit(
            id: creditID,
            kind: .return,
            amount: taken.credit,
            reason: taken.reason,
            customer: order.customer?.id,
            order: order.id,
            reference: taken.id.description,
            createdAt: now
        )
        credits.put(CreditRow(credit))
        event(.returnCreated, taken.id.description) { json in
            json.member("order", order.id)
            json.member("credit", taken.credit)
        }
        creditEvent(credit)
        book(.credited(credit))
        // Only what was taken beyond what has left and was kept: cash that was never collected is not given back.
        let given = refund(min(taken.credit.amount, order.unused(funds(of: order))), for: taken.id, of: &order)
        if given > 0 { taken.refund = Money(given, taken.credit.currency) }
        dropCash(of: &order)
        order.followWord(at: now)
        returns.put(ReturnRow(taken))
        orders.put(OrderRow(order))
        eraseAgain(order)
        return taken
    }

    fileprivate func creditEvent(_ credit: Credit) {
        event(.creditCreated, credit.id.description) { json in
            json.member("kind", credit.kind.name)
            json.member("amount", credit.amount)
            json.member("order", credit.order)
        }
    }
}
