// Bookings that a carrier has and the shop does not know of, or not any more: after a restore from a backup the carrier remembers what
// the shop forgot.

extension Shipment {
    /// Takes over a booking that its carrier has, whatever is known here of the request for it.
    ///
    /// A shipment that was cancelled stays so, and its booking is to be cancelled.
    package mutating func recover(_ parcel: BookedParcel, at now: Timestamp) {
        resolve(.book, to: .done, at: now)
        take(parcel, at: now)
        touch(at: now)
    }

    /// Follows its carrier, which has its booking as cancelled: its units can be packed again, and nothing is left to be done.
    package mutating func followCancellation(of parcel: BookedParcel, at now: Timestamp) {
        precondition(state.isOpen, "a parcel that has left cannot be cancelled")
        standing = Standing(.cancelled)
        isLate = false
        reference = parcel.reference
        trackingNumber = parcel.trackingNumber
        resolve(.book, to: .done, at: now)
        withdraw(.label)
        resolve(.cancel, to: .done, at: now)
        touch(at: now)
    }

    /// Ends the newest operation of a kind, if there is one and it has not ended well.
    private mutating func resolve(_ kind: ShipmentOperation.Kind, to state: ShipmentOperation.State, at now: Timestamp)
    {
        guard let index = operations.lastIndex(where: { $0.kind == kind }), operations[index].state != state else {
            return
        }
        operations[index].note(state, code: nil, at: now)
    }
}
