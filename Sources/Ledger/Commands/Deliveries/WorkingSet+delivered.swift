import Trading

extension WorkingSet {
    /// A parcel of an order arrived, for the first time: what that means for money is settled here, in the same transaction.
    ///
    /// The order is put by the caller, where it was changed.
    func delivered(order: inout Order, shipment: Shipment) {}
}
