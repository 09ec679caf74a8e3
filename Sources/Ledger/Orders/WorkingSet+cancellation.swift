// Calling an order off, whole or by the unit, with all that goes with it in the same transaction: stock is free again, parcels are called
// off, the sale is taken back in the books, what is held beyond what is still to be paid is let go, and what was taken is given back.

import JSON
import Trading

extension WorkingSet {
    /// Calls off units of an order, or all that has not shipped where none are named; the order is changed and not yet put.
    ///
    /// Units in a parcel are only called off with all the others, and their parcel with them.
    func cancel(_ order: inout Order, _ units: [UnitsToCancel]?, reason: String?) throws(OrderRefusal) {
        let wasConfirmed = order.state != .pendingPayment
        let cancellation: Cancellation
        if let units {
            let packed = PackedUnits(shipments(of: order.id))
            cancellation = try order.cancel(units, sparing: packed, reason: reason, at: now)
        } else {
            cancellation = try order.cancel(reason: reason, at: now)
        }
        apply(cancellation.movements, of: order.id, reason: "cancelled")
        if units == nil || order.state == .cancelled { callOffShipments(of: order.id) }
        guard order.state != .cancelled else {
            orderEvent(.orderCancelled, order)
            if wasConfirmed { book(.orderCancelled(order, cancellation.worth)) }
            return callOffPayments(of: &order)
        }
        orderEvent(.orderUnitsCancelled, order) { json in
            json.member("payable", order.payable)
            json.member("lines", cancellation.units)
        }
        if wasConfirmed { book(.orderCancelled(order, cancellation.worth)) }
        if order.state == .fulfilled { orderEvent(.orderFulfilled, order) }
        settleRest(of: &order, cancellation.worth.amount)
    }

    /// What is held, taken and awaited for an order follows what is still to be paid.
    private func settleRest(of order: inout Order, _ worth: Int64) {
        if order.state == .pendingPayment {
            guard order.payable.isZero else { return }
            callOffPayments(of: &order)
            confirm(&order)
            return order.followWord(at: now)
        }
        if order.state == .fulfilled { settleHolds(of: &order) }
        giveBackExcess(worth, of: &order)
        dropCash(of: &order)
    }
}
