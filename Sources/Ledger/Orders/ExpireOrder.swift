import JSON
import Trading

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
