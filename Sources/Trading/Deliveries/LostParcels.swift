// What becomes of a parcel of the lost future: one that its order still wants is taken over, one that nobody wants is called off at
// the carrier before it leaves, and a person decides on the rest.

/// What becomes of a parcel that was booked for an order that a restore lost.
public enum LostParcelRule: String, Hashable, Sendable, CaseIterable {
    /// It is cancelled at the carrier, if it has not left.
    case cancel
    /// It is kept for a person.
    case hold
}

/// Why a parcel of the lost future cannot be taken over, or is kept for a person.
public enum LostParcelReason: String, Hashable, Sendable, CaseIterable {
    /// Its order was lost.
    case orderLost
    /// Its order was cancelled, or expired.
    case orderCalledOff
    /// Its order is not paid.
    case orderUnpaid
    /// Its units have left or are packed in other parcels, or its order has no such units any more.
    case unitsElsewhere
    /// The carrier does not say what is in it, or for which order.
    case contentsUnknown
    /// Its shipment has another booking.
    case bookedTwice
    /// Its shipment was cancelled here since the restore, and it has left.
    case cancelledHere
    /// It was handed over here, and the carrier says that it was cancelled.
    case cancelledThere
    /// Its shipment is with another carrier.
    case otherCarrier
    /// The carrier refused to cancel it.
    case cancelRefused
}
