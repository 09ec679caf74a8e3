// News of parcels: asked for again and again while a parcel is on its way, and at once when its carrier gives a hint.

import Trading

/// Why an answer about a parcel's way was not taken.
public enum TrackingRefusal: Error, Hashable, Sendable {
    /// The task is done, another worker has claimed it since, or the carrier has hinted at something newer.
    case lapsed
    /// What it says does not go together with the parcel or its order; somebody has to look.
    case shipment(ShipmentRefusal)
}

/// Records what a carrier knows of a parcel's way.
public struct RecordTracking: Command {
    /// `recordTracking`.
    public static let name = "recordTracking"

    /// Which parcel.
    public let id: ID<Shipment>
    /// The claim under which the worker acts.
    public let epoch: Int64
    /// The answer; when the events were heard of is set when they are taken.
    public let outcome: CarrierOutcome<[TrackingEvent]>
    /// When the parcel is asked for again.
    public let schedule: TrackingSchedule
    /// Whether an order is closed once all of its units have arrived.
    public let completesOrder: Bool

    /// An answer.
    public init(
        _ id: ID<Shipment>,
        epoch: Int64,
        _ outcome: CarrierOutcome<[TrackingEvent]>,
        schedule: TrackingSchedule,
        completesOrder: Bool
    ) {
        self.id = id
        self.epoch = epoch
        self.outcome = outcome
        self.schedule = schedule
        self.completesOrder = completesOrder
    }

    /// The parcel, and the task under which it is asked for.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
        set.tasks.want(TaskRow.Key(.trackShipment, id.bits))
    }

    /// The parcel's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// What the answer changed.
    public func decide(_ set: WorkingSet) throws(TrackingRefusal) -> TrackingChange {
        guard var shipment = try claimed(set) else { return TrackingChange() }
        var change = TrackingChange()
        if case .done(let events) = outcome {
            do throws(ShipmentRefusal) {
                change = try set.take(
                    events.received(at: set.now),
                    of: &shipment,
                    completesOrder: completesOrder
                )
            } catch {
                throw .shipment(error)
            }
        }
        if shipment.isAsked(at: set.now) {
            let asked = set.now.adding(seconds: min(max(outcome.retryAfterSeconds, 0), schedule.mostSeconds))
            let next = schedule.next(news: shipment.newsAt, now: set.now)
            set.plan(.trackShipment, of: shipment, due: max(next, asked))
        } else {
            set.tasks.delete(TaskRow.Key(.trackShipment, id.bits))
        }
        return change
    }

    private func claimed(_ set: WorkingSet) throws(TrackingRefusal) -> Shipment? {
        do throws(TaskRefusal) {
            return try set.claimedShipment(.trackShipment, id, epoch: epoch)
        } catch {
            throw .lapsed
        }
    }
}

/// Marks a parcel late that is past its estimate.
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

    /// Whether it is late now.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> Bool {
        guard var shipment = try set.claimedShipment(.lateShipment, id, epoch: epoch) else { return false }
        let isLate = shipment.markLate(at: set.now)
        set.put(shipment)
        if isLate { set.shipmentEvent(.shipmentLate, shipment) }
        return isLate
    }
}

/// Takes a carrier's webhook: a hint that there is news of a parcel, which is asked for at once.
public struct TakeCarrierNotice: Command {
    /// `takeCarrierNotice`.
    public static let name = "takeCarrierNotice"

    /// The carrier.
    public let carrier: String
    /// The carrier's id of the event.
    public let event: String
    /// What it says, in the carrier's words.
    public let type: String
    /// The parcel that it is about, where that is known.
    public let shipment: ID<Shipment>?

    /// A webhook whose signature was checked.
    public init(carrier: String, event: String, type: String, shipment: ID<Shipment>?) {
        self.carrier = carrier
        self.event = event
        self.type = type
        self.shipment = shipment
    }

    /// Whether it was new.
    ///
    /// It outdates an answer that is under way, which may have been given before what is hinted at: that claim lapses.
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
