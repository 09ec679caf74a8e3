// The transitions of a shipment. Each function is a pure change of a value; its result says what must happen to the order, to
// stock and to tasks.

/// The effect of tracking events.
public struct TrackingChange: Hashable, Sendable {
    /// Number of events that were new.
    public var news = 0
    /// Ids of known events that were received again with another content; the first content stays.
    public var differing: [String] = []
    /// The new state, if it changed.
    public var state: ShipmentState?
    /// Whether the parcel left by these events: its units must leave the order.
    public var isHandedOver = false
    /// Whether the parcel arrived by these events, for the first time.
    public var isDelivered = false

    /// No effect.
    public init() {}
}

extension Shipment {
    /// Adds an operation for its carrier, under the next key.
    public mutating func ask(_ kind: ShipmentOperation.Kind) {
        operations.append(ShipmentOperation(kind, key: "\(id)-\(operations.count + 1)"))
    }

    /// Cancels it before it has left: its units can be packed again.
    ///
    /// The booking is cancelled too. If a booking may have been sent, its outcome is found out first, by its own key.
    ///
    /// - Parameter isUnclaimed: whether no worker can have sent the booking yet.
    public mutating func cancel(isUnclaimed: Bool, at now: Timestamp) throws(ShipmentRefusal) {
        guard state.isOpen else { throw .wrongState(state) }
        standing = Standing(.cancelled)
        isLate = false
        withdraw(.label)
        if isUnclaimed, operation(.book)?.state == .pending { withdraw(.book) }
        if reference != nil { ask(.cancel) }
        touch(at: now)
    }

    /// Records that the carrier has it.
    ///
    /// - Parameters:
    ///   - trackingNumber: the number of a parcel that was booked by hand.
    ///   - estimatedDelivery: the expected arrival, as entered by a person.
    public mutating func handOver(
        trackingNumber: String? = nil,
        estimatedDelivery: Timestamp? = nil,
        at now: Timestamp
    ) throws(ShipmentRefusal) {
        guard state.isOpen else { throw .wrongState(state) }
        guard state == .booked || !isBookedByUs else { throw .notBooked }
        if let estimatedDelivery {
            let times = PlausibleTimes(packedAt: createdAt)
            guard times.mayArrive(estimatedDelivery, saidAt: now) else { throw .implausibleEstimate }
        }
        standing = Standing(.handedOver)
        handedOverRecordedAt = now
        if let trackingNumber { self.trackingNumber = trackingNumber }
        if let estimatedDelivery { hear(DeliveryEstimate(estimatedDelivery), at: now) }
        touch(at: now)
        judgeLateness(at: now)
    }

    /// Records tracking events: repeats change nothing, and the order of receipt does not matter.
    ///
    /// A parcel with tracking events has left, whether or not that was recorded before. An implausible time is kept and marked,
    /// and the event counts from its receipt. An event that differs from a known one of the same id changes nothing, and is
    /// returned in `differing`.
    public mutating func track(_ events: [TrackingEvent], at now: Timestamp) throws(ShipmentRefusal) -> TrackingChange {
        guard state != .cancelled else { throw .wrongState(state) }
        guard state != .packed || !isBookedByUs || events.isEmpty else { throw .notBooked }
        let before = state
        var change = TrackingChange()
        var known = Dictionary(self.events.map { ($0.id, $0) }) { first, _ in first }
        let times = PlausibleTimes(packedAt: createdAt)
        for var event in events {
            if let first = known.updateValue(event, forKey: event.id) {
                known[event.id] = first
                if !first.says(event) { change.differing.append(event.id) }
                continue
            }
            event.doubt = times.doubt(event.at, receivedAt: event.receivedAt)
            if take(event) { change.isDelivered = true }
            change.news += 1
        }
        guard change.news > 0 else { return change }
        arrangeEvents()
        if before.isOpen, state.hasLeft {
            handedOverRecordedAt = now
            change.isHandedOver = true
        }
        if state != before { change.state = state }
        touch(at: now)
        judgeLateness(at: now)
        return change
    }

    /// Adds one event; returns whether the parcel arrived by it, for the first time.
    private mutating func take(_ event: TrackingEvent) -> Bool {
        let time = event.countsAt
        events.append(event)
        carrierSince = min(carrierSince ?? time, time)
        if let estimate = event.estimatedDelivery {
            hear(DeliveryEstimate(estimate, saidAt: time), at: event.receivedAt)
        }
        if let correctedAt, time <= correctedAt { return false }
        standing = max(standing, Standing(event.code.state, at: time))
        guard event.code == .delivered else { return false }
        let isFirst = deliveredAt == nil
        deliveredAt = min(deliveredAt ?? time, time)
        deliveredRecordedAt = min(deliveredRecordedAt ?? event.receivedAt, event.receivedAt)
        return isFirst
    }

    /// Sets the state by hand, overriding all earlier events: the only way out of a final state that a carrier reported by
    /// mistake.
    ///
    /// The carrier's events with times up to now no longer count; later ones do. Order, stock and money do not change, except
    /// that an order whose parcels have all arrived by this is completed.
    public mutating func correct(
        to code: TrackingCode,
        note: String? = nil,
        at now: Timestamp
    ) throws(ShipmentRefusal) -> TrackingChange {
        guard state.hasLeft else { throw .wrongState(state) }
        let before = state
        let time = max(now, events.map(\.countsAt).max() ?? now)
        let id = "correction \(version)"
        events.append(
            TrackingEvent(id: id, code: code, at: time, receivedAt: now, isCorrection: true, note: note)
        )
        arrangeEvents()
        correctedAt = time
        standing = Standing(code.state, at: time)
        var change = TrackingChange()
        change.news = 1
        if state != before { change.state = state }
        change.isDelivered = code == .delivered && deliveredAt == nil
        if code != .delivered {
            (deliveredAt, deliveredRecordedAt) = (nil, nil)
        } else if deliveredAt == nil {
            (deliveredAt, deliveredRecordedAt) = (time, now)
        }
        touch(at: now)
        judgeLateness(at: now)
        return change
    }

    /// Sorts the events, and removes the oldest beyond the limit; events with implausible times last, since a repeat of one would
    /// count as new.
    private mutating func arrangeEvents() {
        events.sort(by: TrackingEvent.precedes)
        var excess = events.count - Self.maxEvents
        guard excess > 0 else { return }
        events.removeAll { event in
            guard excess > 0, event.doubt == nil else { return false }
            excess -= 1
            return true
        }
        if excess > 0 { events.removeFirst(excess) }
    }

    /// When it becomes late; nil where it is late already, or its arrival is not awaited.
    public var lateFrom: Timestamp? {
        state.isAwaited && !isLate ? estimate?.delivery : nil
    }

    /// Marks it late once its estimate has passed; returns whether that is new.
    public mutating func markLate(at now: Timestamp) -> Bool {
        guard let lateFrom, lateFrom < now else { return false }
        touch(at: now)
        judgeLateness(at: now)
        return true
    }

    private mutating func judgeLateness(at now: Timestamp) {
        isLate = state.isAwaited && (estimate.map { $0.delivery < now } ?? false)
    }

    /// Records an estimate of the arrival; an implausible one is ignored.
    mutating func hear(_ word: DeliveryEstimate, at now: Timestamp) {
        guard PlausibleTimes(packedAt: createdAt).mayArrive(word.delivery, saidAt: word.saidAt ?? now) else { return }
        estimate = max(estimate ?? word, word)
        promise = min(promise ?? word, word)
    }

    mutating func withdraw(_ kind: ShipmentOperation.Kind) {
        for index in operations.indices where operations[index].kind == kind && operations[index].isOpen {
            operations[index].state = .withdrawn
        }
    }

    /// Records that its personal data was erased; its document defines which data that is.
    public mutating func noteErasure(at now: Timestamp) {
        touch(at: now)
    }

    mutating func touch(at now: Timestamp) {
        updatedAt = now
        version += 1
    }
}
