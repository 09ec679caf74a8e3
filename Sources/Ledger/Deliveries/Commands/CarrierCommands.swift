// The answers of carriers. Each command runs under the claim of its task: a lapsed claim changes nothing.

import Trading

/// Records a carrier's answer to a booking.
public struct RecordBooking: Command {
    /// `recordBooking`.
    public static let name = "recordBooking"

    /// The parcel.
    public let id: ID<Shipment>
    /// The epoch of the worker's claim.
    public let epoch: Int64
    /// The answer.
    public let outcome: CarrierOutcome<BookedParcel>
    /// When the parcel is polled.
    public let schedule: TrackingSchedule

    /// An answer.
    public init(_ id: ID<Shipment>, epoch: Int64, _ outcome: CarrierOutcome<BookedParcel>, schedule: TrackingSchedule) {
        self.id = id
        self.epoch = epoch
        self.outcome = outcome
        self.schedule = schedule
    }

    /// The parcel, and the claimed task.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
        set.tasks.want(TaskRow.Key(.bookShipment, id.bits))
    }

    /// Decides the effect of the answer.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> CarrierEffect {
        guard var shipment = try set.claimedShipment(.bookShipment, id, epoch: epoch) else { return .dropped }
        let effect = shipment.recordBooking(outcome, claims: epoch, at: set.now)
        set.settle(.book, .bookShipment, of: shipment, outcome.retryAfterSeconds)
        set.put(shipment)
        switch effect {
        case .none, .dropped: break
        case .refused(let code):
            set.shipmentEvent(.shipmentBookingRefused, shipment) { $0.member("code", code) }
        case .done where shipment.state == .cancelled:
            set.plan(.cancelBooking, of: shipment, due: set.now)
        case .done:
            set.plan(.fetchLabel, of: shipment, due: set.now)
            set.plan(.trackShipment, of: shipment, due: schedule.next(news: set.now, now: set.now))
            set.shipmentEvent(.shipmentBooked, shipment)
        }
        return effect
    }
}

/// Records a carrier's answer to the cancellation of a booking.
public struct RecordCancel: Command {
    /// `recordCancel`.
    public static let name = "recordCancel"

    /// The parcel.
    public let id: ID<Shipment>
    /// The epoch of the worker's claim.
    public let epoch: Int64
    /// The answer.
    public let outcome: CarrierOutcome<Acknowledged>

    /// An answer.
    public init(_ id: ID<Shipment>, epoch: Int64, _ outcome: CarrierOutcome<Acknowledged>) {
        self.id = id
        self.epoch = epoch
        self.outcome = outcome
    }

    /// The parcel, and the claimed task.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
        set.tasks.want(TaskRow.Key(.cancelBooking, id.bits))
    }

    /// Decides the effect of the answer.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> CarrierEffect {
        guard var shipment = try set.claimedShipment(.cancelBooking, id, epoch: epoch) else { return .dropped }
        let effect = shipment.recordCancel(outcome, at: set.now)
        set.settle(.cancel, .cancelBooking, of: shipment, outcome.retryAfterSeconds)
        set.put(shipment)
        if case .refused(let code) = effect {
            set.shipmentEvent(.shipmentCancelRefused, shipment) { $0.member("code", code) }
        }
        return effect
    }
}

/// Records a carrier's answer to the request for a label, and stores the label.
public struct RecordLabel: Command {
    /// `recordLabel`.
    public static let name = "recordLabel"

    /// A label as it came.
    public struct Label: Hashable, Sendable {
        /// Its media type.
        public var mediaType: String
        /// Its bytes.
        public var bytes: [UInt8]

        /// A label.
        public init(mediaType: String, bytes: [UInt8]) {
            self.mediaType = mediaType
            self.bytes = bytes
        }
    }

    /// The parcel.
    public let id: ID<Shipment>
    /// The epoch of the worker's claim.
    public let epoch: Int64
    /// The answer.
    public let outcome: CarrierOutcome<Label>

    /// An answer.
    public init(_ id: ID<Shipment>, epoch: Int64, _ outcome: CarrierOutcome<Label>) {
        self.id = id
        self.epoch = epoch
        self.outcome = outcome
    }

    /// The parcel, and the claimed task.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
        set.tasks.want(TaskRow.Key(.fetchLabel, id.bits))
    }

    /// Decides the effect of the answer.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> CarrierEffect {
        guard var shipment = try set.claimedShipment(.fetchLabel, id, epoch: epoch) else { return .dropped }
        let label: Label?
        let answer: CarrierOutcome<Acknowledged>
        switch outcome {
        case .done(let found) where found.bytes.count > LabelRow.maxBytes:
            (label, answer) = (nil, .refused(code: "label_too_large"))
        case .done(let found): (label, answer) = (found, .done(Acknowledged()))
        case .refused(let code): (label, answer) = (nil, .refused(code: code))
        case .notDone(let code, let seconds): (label, answer) = (nil, .notDone(code: code, retryAfterSeconds: seconds))
        case .unknown(let code, let seconds): (label, answer) = (nil, .unknown(code: code, retryAfterSeconds: seconds))
        }
        let effect = shipment.recordLabel(answer, at: set.now)
        set.settle(.label, .fetchLabel, of: shipment, outcome.retryAfterSeconds)
        set.put(shipment)
        if effect == .done, let label, !set.isErased(shipment.order.bits) {
            set.labels.put(LabelRow(id, mediaType: label.mediaType, bytes: label.bytes))
        }
        return effect
    }
}

extension WorkingSet {
    /// Ends the task of a finished operation, or schedules its next try.
    fileprivate func settle(
        _ kind: ShipmentOperation.Kind,
        _ task: TaskKind,
        of shipment: Shipment,
        _ retryAfterSeconds: Int64
    ) {
        if let due = shipment.due(kind, retryAfterSeconds: retryAfterSeconds, at: now) {
            plan(task, of: shipment, due: due)
        } else {
            tasks.delete(TaskRow.Key(task, shipment.id.bits))
        }
    }
}
