import JSON
import Trading

/// Moves an order on: pays, extends, cancels, ships or completes it.
public struct ChangeOrder: Command {
    /// What to do.
    public enum Change: Sendable {
        /// Mark it paid.
        case pay(reason: String?)
        /// Hold its units for that many seconds from now.
        case extend(seconds: Int64)
        /// Call it off.
        case cancel(reason: String?)
        /// Ship units of lines, or all that is left.
        case fulfil([LineQuantity]?)
        /// Close it.
        case complete
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

    /// Decides, in the order of ``OrderRefusal``.
    public func decide(_ set: WorkingSet) throws(OrderRefusal) -> AnsweredOrder {
        guard var order = set.orders.get(id)?.order else { throw .notFound }
        switch change {
        case .pay(let reason):
            try order.pay(reason: reason, at: set.now)
            set.orderEvent(.orderConfirmed, order)
        case .extend(let seconds):
            let until = set.now.adding(seconds: seconds)
            try order.extend(until: until, at: set.now)
            set.orderEvent(.orderExtended, order) { $0.member("reservedUntil", until) }
        case .cancel(let reason):
            let movements = try order.cancel(reason: reason, at: set.now)
            set.apply(movements, of: id, reason: "cancelled")
            set.callOffShipments(of: id)
            set.orderEvent(.orderCancelled, order)
        case .fulfil(let quantities):
            try set.fulfil(&order, quantities)
        case .complete:
            try order.complete(at: set.now)
            set.orderEvent(.orderCompleted, order)
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

    /// Whether it ended now; an order that was paid, extended or called off meanwhile is left alone.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard var order = set.orders.get(id)?.order, let movements = order.expire(at: set.now) else { return false }
        set.apply(movements, of: id, reason: "expired")
        set.orders.put(OrderRow(order))
        set.orderEvent(.orderExpired, order)
        return true
    }

    /// Never sent with a key.
    public func receipt(for outcome: Bool) -> [UInt8] { [outcome ? 1 : 0] }

    /// Never sent with a key.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Bool? { receipt == [1] }
}

/// Takes goods of an order back, and credits them.
public struct TakeBack: Command {
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

    /// Decides, in the order of ``OrderRefusal``.
    public func decide(_ set: WorkingSet) throws(OrderRefusal) -> Return {
        guard var found = set.orders.get(order)?.order else { throw .notFound }
        let (taken, movements) = try found.takeBack(
            lines,
            held: set.unitsHeldByReturns(of: order),
            id: set.freshID(),
            credit: set.freshID(),
            reason: reason,
            at: set.now
        )
        set.settle(taken, of: found, movements)
        return taken
    }
}

/// Credits money, or corrects the books, with a reason.
public struct GiveCredit: Command {
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

    /// Decides, in the order of ``CreditRefusal``.
    public func decide(_ set: WorkingSet) throws(CreditRefusal) -> Credit {
        if let customer, set.customers.get(customer) == nil { throw .customerNotFound }
        if let order {
            guard let found = set.orders.get(order)?.order else { throw .orderNotFound }
            guard found.currency == amount.currency else { throw .currencyMismatch(found.currency) }
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
        set.creditEvent(credit)
        return credit
    }
}

extension WorkingSet {
    /// Ships units of an order, or all that is left and not packed: everything that goes with it happens here, whoever ships.
    ///
    /// The order is changed and not yet put.
    ///
    /// - Parameter parcel: in which they leave; nil where they leave in none of ours.
    func fulfil(
        _ order: inout Order,
        _ quantities: [LineQuantity]?,
        in parcel: Shipment? = nil
    ) throws(OrderRefusal) {
        let before = order.lines.map(\.fulfilled)
        let movements = try order.fulfil(
            quantities,
            from: parcel?.location,
            sparing: PackedUnits(shipments(of: order.id).filter { $0.id != parcel?.id }),
            at: now
        )
        apply(movements, of: order.id)
        if parcel == nil { countLoose(order, since: before) }
        orderEvent(order.state == .fulfilled ? .orderFulfilled : .orderPartlyFulfilled, order)
    }

    /// Puts a return whose goods were put away, with its order, its credit and their events.
    func settle(_ taken: Return, of order: Order, _ movements: [OrderMovement]) {
        guard let creditID = taken.creditID else { preconditionFailure("a return is settled with a credit") }
        apply(movements, of: order.id, reason: taken.reason)
        orders.put(OrderRow(order))
        returns.put(ReturnRow(taken))
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
    }

    fileprivate func creditEvent(_ credit: Credit) {
        event(.creditCreated, credit.id.description) { json in
            json.member("kind", credit.kind.name)
            json.member("amount", credit.amount)
            json.member("order", credit.order)
        }
    }
}
