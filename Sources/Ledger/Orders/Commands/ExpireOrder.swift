import JSON
import Trading

/// Expires an unpaid order whose reservation has ended.
///
/// It needs no claim: whether the reservation has ended is decided here, and a second worker changes nothing.
public struct ExpireOrder: Command {
    /// `expireOrder`.
    public static let name = "expireOrder"

    /// The order.
    public let id: ID<Order>

    /// The expiry of an order.
    public init(_ id: ID<Order>) {
        self.id = id
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.wantAbsence()
        set.orders.want(id)
    }

    /// The order's payment and stock.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: id)
    }

    /// Decides whether it expires now; an order that was paid, extended or cancelled meanwhile does not change, nor does any while the time
    /// of an absence of the ledger is made up for.
    ///
    /// The units of an order with an open payment stay reserved: the money may have been captured without our knowing. So do those
    /// of an order from before a restore until the search for its payments is complete.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard !set.isMakingUpForAbsence, var order = set.orders.get(id)?.order else { return false }
        let isOpen = order.currentPayment.map { set.payments.get($0)?.payment.isProcessing == true } ?? false
        if isOpen || (order.state == .pendingPayment && set.isSearched(for: order)) {
            hold(&order, set)
            return false
        }
        guard let movements = order.expire(at: set.now) else { return false }
        set.apply(movements, of: id, reason: "expired")
        set.orders.put(OrderRow(order))
        set.orderEvent(.orderExpired, order)
        return true
    }

    /// How long a reservation is extended while the outcome of a payment is unknown, in seconds.
    public static let extensionSeconds: Int64 = 900

    private func hold(_ order: inout Order, _ set: WorkingSet) {
        guard let reservedUntil = order.reservedUntil, reservedUntil <= set.now else { return }
        let until = set.now.adding(seconds: Self.extensionSeconds)
        do throws(OrderRefusal) {
            try order.extend(until: until, at: set.now)
        } catch {
            // An order with a reservation waits for payment, and so can be extended.
            preconditionFailure("\(id) is not extended: \(error)")
        }
        set.orders.put(OrderRow(order))
        set.orderEvent(.orderExtended, order) { $0.member("reservedUntil", until) }
    }
}
