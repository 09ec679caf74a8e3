// What people do with parcels.

import Trading

/// Packs units of an order into a parcel, and asks its carrier to book it.
public struct CreateShipment: IdempotentCommand {
    /// `createShipment`.
    public static let name = "createShipment"

    /// Whose units.
    public let order: ID<Order>
    /// What is packed; nil for all that is left at one location.
    public let lines: [LineQuantity]?
    /// From where it leaves; nil for the first location that has what is packed.
    public let location: String?
    /// Who carries it.
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

    /// The order, and what was packed of it.
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
        var handling = set.handling.get(order.id) ?? HandlingRow(order.id)
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
        if handling.shipments.isEmpty, order.state == .partlyFulfilled { handling.loose = order.lines.map(\.fulfilled) }
        handling.shipments.append(shipment.id)
        set.handling.put(handling)
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

/// Calls a parcel off before it has left.
public struct CancelShipment: IdempotentCommand {
    /// `cancelShipment`.
    public static let name = "cancelShipment"

    /// Which parcel.
    public let id: ID<Shipment>

    /// A parcel to call off.
    public init(_ id: ID<Shipment>) {
        self.id = id
    }

    /// The row that it is about.
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
        try set.callOff(&shipment)
        return shipment
    }
}

/// Gives a parcel to its carrier: its units leave the order and the stock in the same transaction.
public struct HandOver: IdempotentCommand {
    /// `handOver`.
    public static let name = "handOver"

    /// Which parcel.
    public let id: ID<Shipment>
    /// The number of a parcel that was booked by hand.
    public let trackingNumber: String?
    /// When it should arrive, as far as people know.
    public let estimatedDelivery: Timestamp?

    /// A parcel to give away.
    public init(_ id: ID<Shipment>, trackingNumber: String? = nil, estimatedDelivery: Timestamp? = nil) {
        self.id = id
        self.trackingNumber = trackingNumber
        self.estimatedDelivery = estimatedDelivery
    }

    /// The row that it is about.
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
        try shipment.handOver(trackingNumber: trackingNumber, estimatedDelivery: estimatedDelivery, at: set.now)
        try set.leave(with: shipment, isFact: false)
        set.put(shipment)
        return shipment
    }
}

/// Takes news of a parcel that people give.
public struct RecordEvents: IdempotentCommand {
    /// `recordEvents`.
    public static let name = "recordEvents"

    /// Which parcel.
    public let id: ID<Shipment>
    /// What happened.
    public let events: [TrackingEvent]
    /// Whether an order is closed once all of its units have arrived.
    public let completesOrder: Bool

    /// News of a parcel; when they were heard of is set when they are taken.
    public init(_ id: ID<Shipment>, _ events: [TrackingEvent], completesOrder: Bool) {
        self.id = id
        self.events = events
        self.completesOrder = completesOrder
    }

    /// The row that it is about.
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

/// Says where a parcel stands, against all that was heard of it before.
public struct CorrectShipment: IdempotentCommand {
    /// `correctShipment`.
    public static let name = "correctShipment"

    /// Which parcel.
    public let id: ID<Shipment>
    /// Where it stands.
    public let code: TrackingCode
    /// Why, for people.
    public let note: String?
    /// Whether an order is closed once all of its units have arrived.
    public let completesOrder: Bool

    /// A correction by the desk.
    public init(_ id: ID<Shipment>, to code: TrackingCode, note: String? = nil, completesOrder: Bool) {
        self.id = id
        self.code = code
        self.note = note
        self.completesOrder = completesOrder
    }

    /// The row that it is about.
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
        // What it meant for the order stays: an order goes forward only, and the event says where it stands.
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
    /// The events as they are heard of now.
    func received(at now: Timestamp) -> [TrackingEvent] {
        map { event in
            var event = event
            event.receivedAt = now
            return event
        }
    }
}
