import Trading

extension WorkingSet {
    /// A parcel of an order arrived, for the first time: what that means for money is settled here, in the same transaction.
    ///
    /// The cash of an order that is paid when it arrives was collected with the last of its parcels. The order is put by the caller,
    /// where it was changed.
    func delivered(order: inout Order, shipment: Shipment) {
        guard order.paymentMethod == .cashOnDelivery, order.paymentState == .pending, hasArrived(order) else { return }
        do throws(OrderRefusal) {
            try collectCash(of: &order)
        } catch {
            // Somebody noted the cash before the carrier told of the parcel.
        }
    }
}
