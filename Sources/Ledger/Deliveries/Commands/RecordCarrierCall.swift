import Trading

/// Why a carrier's answer was not recorded.
public enum CarrierCallRefusal: Error, Hashable, Sendable {
    /// The task is done, another worker has claimed it since, or the carrier has hinted at something newer.
    case lapsed
    /// What it says does not go together with the parcel or its order; a person has to look at it.
    case shipment(ShipmentRefusal)
}

/// Records what is known after a call to a carrier, under the claim of its task: a lapsed claim changes nothing.
public struct RecordCarrierCall: Command {
    /// `recordCarrierCall`.
    public static let name = "recordCarrierCall"

    /// The parcel.
    public let id: ID<Shipment>
    /// The epoch of the worker's claim.
    public let epoch: Int64
    /// What is known.
    public let known: CarrierKnowledge
    /// When the parcel is polled.
    public let schedule: TrackingSchedule
    /// Whether an order is closed once all of its units have arrived.
    public let completesOrder: Bool

    /// What is known of a parcel.
    public init(
        _ id: ID<Shipment>,
        epoch: Int64,
        _ known: CarrierKnowledge,
        schedule: TrackingSchedule,
        completesOrder: Bool
    ) {
        self.id = id
        self.epoch = epoch
        self.known = known
        self.schedule = schedule
        self.completesOrder = completesOrder
    }

    /// The parcel, and the claimed task.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
        set.tasks.want(TaskRow.Key(known.task, id.bits))
    }

    /// The parcel's order, where news may move it on.
    public func prefetchLinked(_ set: WorkingSet) {
        if case .tracking = known { set.wantOrder(of: id) }
    }

    /// Decides the effect of the answer; news that was recorded is `done`.
    public func decide(_ set: WorkingSet) throws(CarrierCallRefusal) -> CarrierEffect {
        guard let shipment = try claimed(set) else { return .dropped }
        switch known {
        case .booking(let outcome): return record(outcome, of: shipment, set)
        case .cancelling(let outcome): return record(outcome, of: shipment, set)
        case .label(let outcome): return record(outcome, of: shipment, set)
        case .tracking(let outcome):
            do throws(ShipmentRefusal) {
                return try record(outcome, of: shipment, set)
            } catch {
                throw .shipment(error)
            }
        }
    }

    private func claimed(_ set: WorkingSet) throws(CarrierCallRefusal) -> Shipment? {
        do throws(TaskRefusal) {
            return try set.claimedShipment(known.task, id, epoch: epoch)
        } catch {
            throw .lapsed
        }
    }

    private func record(
        _ outcome: CarrierOutcome<BookedParcel>,
        of booked: Shipment,
        _ set: WorkingSet
    ) -> CarrierEffect {
        var shipment = booked
        let effect = shipment.recordBooking(outcome, claims: epoch, at: set.now)
        settle(.book, of: shipment, set)
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

    private func record(
        _ outcome: CarrierOutcome<Acknowledged>,
        of cancelled: Shipment,
        _ set: WorkingSet
    ) -> CarrierEffect {
        var shipment = cancelled
        let effect = shipment.recordCancel(outcome, at: set.now)
        settle(.cancel, of: shipment, set)
        set.put(shipment)
        if case .refused(let code) = effect {
            set.shipmentEvent(.shipmentCancelRefused, shipment) { $0.member("code", code) }
        }
        return effect
    }

    private func record(
        _ outcome: CarrierOutcome<ShippingLabel>,
        of labelled: Shipment,
        _ set: WorkingSet
    ) -> CarrierEffect {
        var shipment = labelled
        let label: ShippingLabel?
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
        settle(.label, of: shipment, set)
        set.put(shipment)
        if effect == .done, let label, !set.isErased(shipment.order.bits) {
            set.labels.put(LabelRow(id, mediaType: label.mediaType, bytes: label.bytes))
        }
        return effect
    }

    private func record(
        _ outcome: CarrierOutcome<[TrackingEvent]>,
        of tracked: Shipment,
        _ set: WorkingSet
    ) throws(ShipmentRefusal) -> CarrierEffect {
        var shipment = tracked
        var effect = CarrierEffect.none
        if case .done(let events) = outcome {
            try set.take(events.received(at: set.now), of: &shipment, completesOrder: completesOrder)
            effect = .done
        }
        if shipment.isAsked(at: set.now) {
            let asked = set.now.adding(seconds: min(max(outcome.retryAfterSeconds, 0), schedule.mostSeconds))
            let next = schedule.next(news: shipment.newsAt, now: set.now)
            set.plan(.trackShipment, of: shipment, due: max(next, asked))
        } else {
            set.tasks.delete(TaskRow.Key(.trackShipment, id.bits))
        }
        return effect
    }

    /// Ends the task of a finished operation, or schedules its next try.
    private func settle(_ kind: ShipmentOperation.Kind, of shipment: Shipment, _ set: WorkingSet) {
        if let due = shipment.due(kind, retryAfterSeconds: known.reach.retryAfterSeconds, at: set.now) {
            set.plan(known.task, of: shipment, due: due)
        } else {
            set.tasks.delete(TaskRow.Key(known.task, id.bits))
        }
    }
}
