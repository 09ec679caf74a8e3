// Commands of people about parcels.

import Trading

/// Packs units of an order into a parcel, and asks its carrier to book it.
public struct CreateShipment: IdempotentCommand {
    /// `createShipment`.
    public static let name = "createShipment"

    /// The order.
    public let order: ID<Order>
    /// The units to pack; nil for all that are left at one location.
    public let lines: [LineQuantity]?
    /// The location; nil for the first one that has the units.
    public let location: String?
    /// The carrier.
    public let carrier: String
    /// The carrier's service.
    public let service: String

    /// Units to pack.
    public init(
        order: ID<Order>,
        lines: [LineQuantity]? = nil,
        location: String? = nil,
        carrier: String = Shipment.manualCarrier,
        service: String = Shipment.standardService
    ) {
        self.order = order
        self.lines = lines
        self.location = location
        self.carrier = carrier
        self.service = service
    }

    /// The order, and its parcels so far.
    public func prefetch(_ set: WorkingSet) {
        set.orders.want(order)
        set.handling.want(order)
    }

    /// Its payment, and the parcels before.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: order)
        for id in set.handling.get(order)?.shipments ?? [] { set.shipments.want(id) }
    }

    /// Decides, in the order of ``PackRefusal``.
    public func decide(_ set: WorkingSet) throws(PackRefusal) -> Shipment {
        guard let order = set.orders.get(order)?.order, !order.isProbe else { throw .orderNotFound }
        guard !set.isParcelSearched(since: order.createdAt) else { throw .searching }
        let handling = set.handling.get(order.id) ?? HandlingRow(order.id)
        guard handling.shipments.count < Shipment.maxPerOrder else {
            throw .tooManyShipments(limit: Shipment.maxPerOrder)
        }
        let locations = set.allLocations
        if let location, !locations.contains(where: { $0.code == location }) { throw .unknownLocation }
        let packing = Packing(order, packed: PackedUnits(set.shipments(of: order.id)))
        let (place, packed) = try packing.pack(lines, at: location, fallback: locations[0].code)
        do throws(OrderRefusal) {
            let waiting = set.shipments(of: order.id).filter(\.state.isOpen).flatMap(\.lines)
            try set.checkPaid(order, waiting + packed)
        } catch {
            throw .paymentNeeded(order.currentPayment ?? Payment.id(of: order.id, attempt: 1))
        }
        var shipment = Shipment(
            id: set.freshID(),
            order: order.id,
            number: Int64(handling.shipments.count + 1),
            location: place,
            carrier: carrier,
            service: service,
            lines: packed,
            grams: weight(of: packed, in: order, set),
            createdAt: set.now,
            updatedAt: set.now
        )
        set.list(shipment, of: order)
        if shipment.isBookedByUs {
            shipment.ask(.book)
            set.plan(.bookShipment, of: shipment, due: set.now)
        }
        set.put(shipment)
        set.shipmentEvent(.shipmentCreated, shipment)
        return shipment
    }

    private func weight(of packed: [LineQuantity], in order: Order, _ set: WorkingSet) -> Int64 {
        packed.reduce(0) { sum, item in
            let grams = set.products.get(order.lines[Int(item.line) - 1].sku)?.product.grams ?? 0
            return min(sum + grams * item.quantity, ShippingRates.maxGrams)
        }
    }
}

/// Cancels a parcel before it has left.
public struct CancelShipment: IdempotentCommand {
    /// `cancelShipment`.
    public static let name = "cancelShipment"

    /// The parcel.
    public let id: ID<Shipment>

    /// A parcel to call off.
    public init(_ id: ID<Shipment>) {
        self.id = id
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
    }

    /// The parcel's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// The shipment as it is now.
    public func decide(_ set: WorkingSet) throws(ShipmentRefusal) -> Shipment {
        guard var shipment = set.shipments.get(id)?.shipment else { throw .notFound }
        guard !set.isParcelSearched(since: shipment.createdAt) else { throw .order(.searching) }
        try set.callOff(&shipment)
        return shipment
    }
}

/// Hands a parcel over to its carrier: its units leave the order and the stock in the same transaction.
public struct HandOver: IdempotentCommand {
    /// `handOver`.
    public static let name = "handOver"

    /// The parcel.
    public let id: ID<Shipment>
    /// The tracking number of a parcel that was booked by hand.
    public let trackingNumber: String?
    /// The expected arrival, as entered by a person.
    public let estimatedDelivery: Timestamp?

    /// A parcel to give away.
    public init(_ id: ID<Shipment>, trackingNumber: String? = nil, estimatedDelivery: Timestamp? = nil) {
        self.id = id
        self.trackingNumber = trackingNumber
        self.estimatedDelivery = estimatedDelivery
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
    }

    /// The parcel's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// The shipment as it is now.
    public func decide(_ set: WorkingSet) throws(ShipmentRefusal) -> Shipment {
        guard var shipment = set.shipments.get(id)?.shipment else { throw .notFound }
        guard !set.isParcelSearched(since: shipment.createdAt) else { throw .order(.searching) }
        try shipment.handOver(trackingNumber: trackingNumber, estimatedDelivery: estimatedDelivery, at: set.now)
        try set.leave(with: shipment, isFact: false)
        set.put(shipment)
        return shipment
    }
}

/// Records tracking events that a person enters.
public struct RecordEvents: IdempotentCommand {
    /// `recordEvents`.
    public static let name = "recordEvents"

    /// The parcel.
    public let id: ID<Shipment>
    /// The events.
    public let events: [TrackingEvent]
    /// Whether an order is completed once all of its units have arrived.
    public let completesOrder: Bool

    /// Tracking events; their time of receipt is set by the command.
    public init(_ id: ID<Shipment>, _ events: [TrackingEvent], completesOrder: Bool) {
        self.id = id
        self.events = events
        self.completesOrder = completesOrder
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
    }

    /// The parcel's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// The shipment as it is now.
    public func decide(_ set: WorkingSet) throws(ShipmentRefusal) -> Shipment {
        guard var shipment = set.shipments.get(id)?.shipment else { throw .notFound }
        let wasAsked = shipment.isAsked(at: set.now)
        try set.take(
            events.received(at: set.now),
            of: &shipment,
            completesOrder: completesOrder,
            refusesDiffering: true
        )
        if !wasAsked { set.ask(for: shipment) }
        return shipment
    }
}

/// Sets the state of a parcel by hand, overriding all earlier events.
public struct CorrectShipment: IdempotentCommand {
    /// `correctShipment`.
    public static let name = "correctShipment"

    /// The parcel.
    public let id: ID<Shipment>
    /// The new state.
    public let code: TrackingCode
    /// The reason, for people.
    public let note: String?
    /// Whether an order is completed once all of its units have arrived.
    public let completesOrder: Bool

    /// A correction by the desk.
    public init(_ id: ID<Shipment>, to code: TrackingCode, note: String? = nil, completesOrder: Bool) {
        self.id = id
        self.code = code
        self.note = note
        self.completesOrder = completesOrder
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.shipments.want(id)
    }

    /// The parcel's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// The shipment as it is now.
    public func decide(_ set: WorkingSet) throws(ShipmentRefusal) -> Shipment {
        guard var shipment = set.shipments.get(id)?.shipment else { throw .notFound }
        let before = shipment.state
        let words = set.isErased(shipment.order.bits) ? nil : note
        let change = try shipment.correct(to: code, note: words, at: set.now)
        // The order does not go back: it only moves forward, and the event has its state.
        let order = set.orders.get(shipment.order)?.order
        set.shipmentEvent(.shipmentCorrected, shipment) { json in
            json.member("from", before.rawValue)
            json.member("orderState", order?.state.name)
        }
        set.settle(change, of: shipment, completesOrder: completesOrder)
        set.ask(for: shipment)
        return shipment
    }
}

extension [TrackingEvent] {
    /// The events, as received now.
    func received(at now: Timestamp) -> [TrackingEvent] {
        map { event in
            var event = event
            event.receivedAt = now
            return event
        }
    }
}
