import Trading

extension WorkingSet {
    /// The consequences of a parcel's first arrival for money, in the same transaction.
    ///
    /// The cash of an order is collected with the last of its parcels. The caller puts the order, if it was changed.
    func delivered(order: inout Order, shipment: Shipment) {
        guard order.paymentMethod == .cashOnDelivery, order.paymentState == .pending, hasArrived(order) else { return }
        do throws(OrderRefusal) {
            try collectCash(of: &order)
        } catch {
            // The cash was recorded before the carrier reported the parcel.
        }
    }
}
