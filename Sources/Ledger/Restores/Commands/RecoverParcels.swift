// Bookings of the lost future: one whose order still wants it becomes a shipment of that order; one that nobody wants is called off at
// the carrier, or kept for a person where it has left. So no unit is sent a second time because the shop forgot the first. What is
// decided on a booking is a row, so that it is decided and counted once, however often the search begins again.

import JSON
import Trading

/// A booking in a carrier's list that may be of the lost future.
public struct ListedParcel: Hashable, Sendable {
    /// Where the parcel is.
    public enum Standing: Hashable, Sendable {
        /// The carrier waits for it.
        case booked
        /// Its booking was cancelled.
        case cancelled
        /// It has left the shop.
        case left
    }

    /// What the carrier says of its booking.
    public var parcel: BookedParcel
    /// Our id of the shipment, as the carrier has it; nil where it has none of ours.
    public var shipment: ID<Shipment>?
    /// Our id of the order, likewise.
    public var order: ID<Order>?
    /// What is in it; nil where the carrier does not say it in our words.
    public var contents: PackedContents?
    /// The location that it leaves.
    public var from: String
    /// The service.
    public var service: String
    /// Its weight in grams.
    public var grams: Int64
    /// Where it is.
    public var standing: Standing

    /// A booking.
    public init(
        _ parcel: BookedParcel,
        shipment: ID<Shipment>?,
        order: ID<Order>?,
        contents: PackedContents?,
        from: String,
        service: String,
        grams: Int64,
        standing: Standing
    ) {
        self.parcel = parcel
        self.shipment = shipment
        self.order = order
        self.contents = contents
        self.from = from
        self.service = service
        self.grams = grams
        self.standing = standing
    }
}

/// What was done about a booking in a carrier's list.
public enum ParcelRecovery: Hashable, Sendable {
    /// The ledger knows it, or it was decided before.
    case known
    /// It is a shipment of its order from now on, or the booking of a shipment that waited for one.
    case adopted
    /// It was cancelled at the carrier, and its shipment here followed.
    case followed
    /// It is to be cancelled at the carrier now; ``RecordCallOff`` records the answer.
    case toCallOff
    /// It was cancelled at the carrier by the search.
    case calledOff
    /// A person has to look at it.
    case held(LostParcelReason)
    /// It was cancelled at the carrier, and no shipment here is of it.
    case harmless
    /// No shipment of the shop explains it: a person has to look at it.
    case foreign
    /// The money of its order has to be known first.
    case waits
    /// It is none of the shipments that this command is about.
    case later
}

/// Decides on bookings in a carrier's list after a restore.
public struct RecoverParcels: Command {
    /// Which bookings are decided.
    ///
    /// Those of shipments that the ledger has come first, for the whole list: what was cancelled in the lost future frees the units that
    /// were then packed anew.
    public enum Part: Hashable, Sendable {
        /// Those of shipments that the ledger has.
        case ofKnownShipments
        /// All.
        case all
    }

    /// `recoverParcels`.
    public static let name = "recoverParcels"
    /// True: the bookings were made.
    public static let recordsFacts = true
    /// The longest reference of a booking that is kept, in bytes.
    public static let referenceBytesMax = 200

    /// The carrier.
    public let carrier: String
    /// The bookings.
    public let parcels: [ListedParcel]
    /// Which of them are decided.
    public let part: Part
    /// What becomes of parcels of lost orders.
    public let rule: LostParcelRule

    /// Bookings of a carrier.
    public init(_ carrier: String, _ parcels: [ListedParcel], _ part: Part, rule: LostParcelRule) {
        self.carrier = carrier
        self.parcels = parcels
        self.part = part
        self.rule = rule
    }

    /// The shipments and their orders.
    public func prefetch(_ set: WorkingSet) {
        for parcel in parcels {
            if let shipment = parcel.shipment { set.shipments.want(shipment) }
            if let order = parcel.order { set.orders.want(order) }
        }
    }

    /// The orders' parcels and payments.
    public func prefetchLinked(_ set: WorkingSet) {
        for parcel in parcels {
            if let order = parcel.order { set.wantParts(of: order) }
            if let shipment = parcel.shipment { set.wantOrder(of: shipment) }
        }
    }

    /// Decides on each; nothing is decided in a shop that was never restored.
    public func decide(_ set: WorkingSet) throws(Never) -> [ParcelRecovery] {
        guard let restore = set.lastRestore else { return parcels.map { _ in .foreign } }
        return parcels.map { recover($0, restore, set) }
    }

    private func recover(_ parcel: ListedParcel, _ restore: Restoration, _ set: WorkingSet) -> ParcelRecovery {
        let reference = parcel.parcel.reference
        guard let id = parcel.shipment, (1...Self.referenceBytesMax).contains(reference.utf8.count) else {
            return .foreign
        }
        let found = FoundParcel(parcel, id, RecoveredParcelRow.Key(restore.epoch, carrier, reference))
        if let row = set.recoveredParcels.get(found.key) { return set.again(row, found) }
        if let shipment = set.shipments.get(id)?.shipment { return set.follow(found, shipment) }
        guard part == .all else { return .later }
        // Shipments from before the moment are in the ledger, or in the archive: what names another is not of the lost future.
        guard Timestamp(milliseconds: Int64(id.high >> 16)) >= restore.searchedFrom else { return .foreign }
        return parcel.standing == .cancelled ? .harmless : set.takeOver(found, restore, rule)
    }
}

/// Records a carrier's answer to the cancelling of a booking that nobody wants.
public struct RecordCallOff: Command {
    /// `recordCallOff`.
    public static let name = "recordCallOff"
    /// True: the carrier has answered.
    public static let recordsFacts = true

    /// The booking.
    public let key: RecoveredParcelRow.Key
    /// Whether the carrier cancelled it; otherwise it refused.
    public let isDone: Bool

    /// The carrier's answer.
    public init(_ key: RecoveredParcelRow.Key, isDone: Bool) {
        self.key = key
        self.isDone = isDone
    }

    /// The booking.
    public func prefetch(_ set: WorkingSet) {
        set.recoveredParcels.want(key)
    }

    /// What it is from now on; a booking that is not being called off stays as it is.
    public func decide(_ set: WorkingSet) throws(Never) -> ParcelRecovery {
        guard let row = set.recoveredParcels.get(key), row.state == .callingOff else { return .known }
        return isDone ? set.note(row, .calledOff) : set.hold(row, .cancelRefused)
    }
}
