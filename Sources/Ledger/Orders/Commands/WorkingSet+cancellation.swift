// The cancellation of an order, as a whole or of single units, with all consequences in the same transaction: stock is released,
// parcels are cancelled, the sale is reversed in the books, authorised money beyond the payable amount is released, and captured
// money is refunded.

import JSON
import Trading

extension WorkingSet {
    /// Cancels units of an order, or all that have not shipped where none are named; the caller must put the order.
    ///
    /// Packed units are only cancelled together with all others and with their parcel.
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

    /// Adapts authorised, captured and awaited money to the remaining payable amount.
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
