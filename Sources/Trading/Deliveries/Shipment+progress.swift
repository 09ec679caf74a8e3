// How a shipment moves on. Each function is a plain change of a value: what must happen to the order, to stock and to tasks because
// of it is in what it gives back.

/// What news of a parcel changed.
public struct TrackingChange: Hashable, Sendable {
    /// Events that were not known before.
    public var news = 0
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
        standing = Standing(.handedOver)
        handedOverAt = now
        if let trackingNumber { self.trackingNumber = trackingNumber }
        if let estimatedDelivery { hear(DeliveryEstimate(estimatedDelivery)) }
        touch(at: now)
        judgeLateness(at: now)
    }

    /// Takes news of its way: repeats change nothing, and the order in which they come does not matter.
    ///
    /// A parcel of which the carrier has something to tell has left, whether or not anybody said so here.
    public mutating func track(_ events: [TrackingEvent], at now: Timestamp) throws(ShipmentRefusal) -> TrackingChange {
        guard state != .cancelled else { throw .wrongState(state) }
        guard state != .packed || !isBookedByUs || events.isEmpty else { throw .notBooked }
        let before = state
        var change = TrackingChange()
        var known = Set(self.events.map(\.id))
        for event in events where known.insert(event.id).inserted {
            change.news += 1
            self.events.append(event)
            standing = max(standing, Standing(event.code.state, at: event.at))
            if let estimate = event.estimatedDelivery { hear(DeliveryEstimate(estimate, saidAt: event.at)) }
            if event.code == .delivered {
                change.isDelivered = change.isDelivered || deliveredAt == nil
                deliveredAt = min(deliveredAt ?? event.at, event.at)
            }
        }
        guard change.news > 0 else { return change }
        self.events.sort(by: TrackingEvent.precedes)
        if self.events.count > Self.maxEvents { self.events.removeFirst(self.events.count - Self.maxEvents) }
        if before.isOpen, state.hasLeft {
            handedOverAt = now
            change.isHandedOver = true
        }
        if state != before { change.state = state }
        touch(at: now)
        judgeLateness(at: now)
        return change
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

    /// Empties the notes of its tracking; whether there were any.
    ///
    /// Repeats of the same events bring none back.
    public mutating func eraseNotes(at now: Timestamp) -> Bool {
        guard events.contains(where: { $0.note != nil }) else { return false }
        for index in events.indices { events[index].note = nil }
        touch(at: now)
        return true
    }

    private mutating func judgeLateness(at now: Timestamp) {
        isLate = state.isAwaited && (estimate.map { $0.delivery < now } ?? false)
    }

    private mutating func hear(_ word: DeliveryEstimate) {
        estimate = max(estimate ?? word, word)
    }

    mutating func withdraw(_ kind: ShipmentOperation.Kind) {
        for index in operations.indices where operations[index].kind == kind && operations[index].isOpen {
            operations[index].state = .withdrawn
        }
    }

    mutating func touch(at now: Timestamp) {
        updatedAt = now
        version += 1
    }
}
