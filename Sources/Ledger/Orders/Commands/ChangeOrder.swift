import JSON
import Trading

/// Changes the state of an order: pays, extends, cancels, ships or completes it.
public struct ChangeOrder: IdempotentCommand {
    /// The change.
    public enum Change: Sendable {
        /// Mark it paid.
        case pay(reason: String?)
        /// Extend its reservation to this many seconds from now, if it ends earlier.
        case extend(seconds: Int64)
        /// Cancel these units, or all that have not shipped.
        case cancel([UnitsToCancel]? = nil, reason: String?)
        /// Ship units of lines, or all that are left.
        case fulfil([LineQuantity]?)
        /// Complete it.
        case complete
        /// Record that its cash was collected on delivery.
        case collected
    }

    /// `changeOrder`.
    public static let name = "changeOrder"

    /// The order.
    public let id: ID<Order>
    /// The change.
    public let change: Change

    /// A change of an order.
    public init(_ id: ID<Order>, _ change: Change) {
        self.id = id
        self.change = change
    }

    /// Its subject.
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
            // A prober's order cannot be paid by hand, shipped or credited.
            guard !order.isProbe else { throw .notFound }
            let open = order.currentPayment.flatMap { set.payments.get($0)?.payment.isProcessing } ?? false
            let wasWaiting = order.state == .pendingPayment
            let lacking = set.lacking(order)
            try order.pay(lacking, reason: reason, at: set.now)
            if open || set.isSearched(for: order) { throw .paymentOpen }
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
            guard !set.isParcelSearched(since: order.createdAt) else { throw .searching }
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

    /// The order's id and its progress: later changes of the order are not part of the answer.
    public func receipt(for outcome: AnsweredOrder) -> [UInt8] { OrderReceipt(outcome.order).document }

    /// The original answer.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredOrder? {
        OrderReceipt(document: receipt)?.answer(set)
    }
}

extension WorkingSet {
    /// Records a payment that an operator received by hand.
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

    /// Collects the cash of an order that is paid on delivery: the price of all units that were kept.
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

    /// The first line of a return to restock whose product was deleted; nil where there is none.
    func findGone(_ lines: [ReturnLine]) -> (index: Int, sku: SKU)? {
        lines.firstIndex { $0.disposition == .restock && !$0.places.isEmpty && products.get($0.sku) == nil }
            .map { ($0, lines[$0].sku) }
    }

    /// The first line with an unknown location; nil where there is none.
    func findUnknownPlace(_ lines: [ReturnRequestLine]) -> Int? {
        lines.firstIndex { line in line.location.map { code in !allLocations.contains { $0.code == code } } ?? false }
    }
}

extension Order {
    /// The price of units of its lines, in minor units; at most the total, so it cannot overflow.
    func worth(of units: [LineQuantity]) -> Int64 {
        units.reduce(0) { $0 + lines[Int($1.line) - 1].unitPrice.amount * $1.quantity }
    }
}
