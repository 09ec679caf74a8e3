// News of parcels without a call to the carrier: a time that has passed, and a hint of the carrier.

import Trading

/// Marks a parcel late once its estimate has passed.
public struct MarkLate: Command {
    /// `markLate`.
    public static let name = "markLate"

    /// Which parcel.
    public let id: ID<Shipment>
    /// The claim under which the worker acts.
    public let epoch: Int64

    /// A parcel that may be late.
    public init(_ id: ID<Shipment>, epoch: Int64) {
        self.id = id
        self.epoch = epoch
    }

    /// Decides whether it is late now.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> Bool {
        guard var shipment = try set.claimedShipment(.lateShipment, id, epoch: epoch) else { return false }
        let isLate = shipment.markLate(at: set.now)
        set.put(shipment)
        if isLate { set.shipmentEvent(.shipmentLate, shipment) }
        return isLate
    }
}

/// Records a carrier's webhook: a hint that there are new events, which are polled at once.
public struct TakeCarrierNotice: Command {
    /// `takeCarrierNotice`.
    public static let name = "takeCarrierNotice"

    /// The carrier.
    public let carrier: String
    /// The carrier's id of the event.
    public let event: String
    /// The type, in the carrier's terms.
    public let type: String
    /// The parcel, if it is known.
    public let shipment: ID<Shipment>?

    /// A webhook whose signature was checked.
    public init(carrier: String, event: String, type: String, shipment: ID<Shipment>?) {
        self.carrier = carrier
        self.event = event
        self.type = type
        self.shipment = shipment
    }

    /// Decides whether it was new.
    ///
    /// A poll in progress may have been answered before the hinted events, so its claim lapses.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        let key = CarrierNoticeRow.Key(carrier, event)
        guard set.carrierNotices.get(key) == nil else { return false }
        set.carrierNotices.put(CarrierNoticeRow(key, at: set.now, type: type, shipment: shipment))
        guard let shipment, let found = set.shipments.get(shipment)?.shipment, found.carrier == carrier,
            found.trackingCall != nil
        else { return true }
        let task = TaskRow.Key(.trackShipment, shipment.bits)
        let epoch = (set.tasks.get(task)?.epoch ?? 0) + 1
        set.tasks.put(TaskRow(task, due: set.now, epoch: epoch, lane: carrier))
        return true
    }
}
