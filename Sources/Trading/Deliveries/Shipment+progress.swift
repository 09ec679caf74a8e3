// How a shipment moves on. Each function is a plain change of a value: what must happen to the order, to stock and to tasks because
// of it is in what it gives back.

/// What news of a parcel changed.
public struct TrackingChange: Hashable, Sendable {
    /// Events that were not known before.
    public var news = 0
    /// Ids of events that are known and say something else now; what they said first stands.
    public var differing: [String] = []
    /// Where it stands now, where that is another state than before.
    public var state: ShipmentState?
    /// Whether it left by that: its units must leave the order.
    public var isHandedOver = false
    /// Whether it arrived by that, for the first time.
    public var isDelivered = false

    /// Nothing.
    public init() {}
}

extension Shipment {
    /// Asks its carrier to do something, under the next key.
    public mutating func ask(_ kind: ShipmentOperation.Kind) {
        operations.append(ShipmentOperation(kind, key: "\(id)-\(operations.count + 1)"))
    }

    /// Calls it off before it has left: its units can be packed again.
    ///
    /// The booking is called off too. One that may be under way is found out about first, by its own key.
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

    /// Gives it to its carrier.
    ///
    /// - Parameters:
    ///   - trackingNumber: of a parcel that was booked by hand.
    ///   - estimatedDelivery: when it should arrive, as far as people know.
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

    /// Takes news of its way: repeats change nothing, and the order in which they come does not matter.
    ///
    /// A parcel of which the carrier has something to tell has left, whether or not that was noted here. A time that cannot be true is
    /// kept and marked, and the event counts from its receipt. An event that says another thing than the one of its id changes nothing,
    /// and is named.
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

    /// Takes one event; whether the parcel arrived by that, for the first time.
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

    /// Says where it stands, against all that was heard before: the only way out of a final state that a carrier said by mistake.
    ///
    /// What the carrier says of times up to now counts no more; what it says of later times does. Order, stock and money are left as
    /// they are, except that an order whose parcels have all arrived by that is closed.
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

    /// Sorts the events, and lets the oldest go beyond the bound; those of doubtful times last, since a repeat of one would count anew.
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

    /// When it becomes late; nil where it is late already, or nobody waits for it.
    public var lateFrom: Timestamp? {
        state.isAwaited && !isLate ? estimate?.delivery : nil
    }

    /// Marks it late once it is past its estimate; whether that is new.
    public mutating func markLate(at now: Timestamp) -> Bool {
        guard let lateFrom, lateFrom < now else { return false }
        touch(at: now)
        judgeLateness(at: now)
        return true
    }

    private mutating func judgeLateness(at now: Timestamp) {
        isLate = state.isAwaited && (estimate.map { $0.delivery < now } ?? false)
    }

    /// Takes a word of when it should arrive; one that cannot be true is let be.
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

    /// Notes that its personal data was taken out, which its document says what it is.
    public mutating func noteErasure(at now: Timestamp) {
        touch(at: now)
    }

    mutating func touch(at now: Timestamp) {
        updatedAt = now
        version += 1
    }
}
