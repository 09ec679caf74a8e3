// Common parts of commands about parcels: an order's parcels, and the consequences of a change of one of them in the same
// transaction, for the order and its stock, tasks and events.

import JSON
import Trading

extension WorkingSet {
    // MARK: An order's shipments and returns

    /// All shipments of an order, in the order of their numbers.
    ///
    /// Cost: a look-up by key for the order, and one for each shipment.
    func shipments(of order: ID<Order>) -> [Shipment] {
        (handling.get(order)?.shipments ?? []).compactMap { shipments.get($0)?.shipment }
    }

    /// Adds a new shipment to those of its order.
    func list(_ shipment: Shipment, of order: Order) {
        var row = handling.get(order.id) ?? HandlingRow(order.id)
        if row.shipments.isEmpty, order.state == .partlyFulfilled { row.loose = order.lines.map(\.fulfilled) }
        row.shipments.append(shipment.id)
        handling.put(row)
    }

    /// Units of each line that belong to open returns, by the line's number.
    func unitsHeldByReturns(of order: ID<Order>) -> [Int64: Int64] {
        var held: [Int64: Int64] = [:]
        for id in handling.get(order)?.returns ?? [] {
            for line in returns.get(id)?.value.lines ?? [] { held[line.line, default: 0] += line.quantity }
        }
        return held
    }

    /// Counts units that shipped without a parcel, for an order that has parcels.
    func countLoose(_ order: Order, since before: [Int64]) {
        guard var row = handling.get(order.id), !row.shipments.isEmpty else { return }
        if row.loose.isEmpty { row.loose = order.lines.map { _ in 0 } }
        for (index, line) in order.lines.enumerated() { row.loose[index] += line.fulfilled - before[index] }
        handling.put(row)
    }

    // MARK: Moving on

    /// Cancels every parcel of an order that has not left.
    func callOffShipments(of order: ID<Order>) {
        for var shipment in shipments(of: order) where shipment.state.isOpen {
            do throws(ShipmentRefusal) {
                try callOff(&shipment)
            } catch {
                preconditionFailure("a parcel that has not left can be called off: \(error)")
            }
        }
    }

    /// Cancels a parcel and its booking.
    func callOff(_ shipment: inout Shipment) throws(ShipmentRefusal) {
        let booking = TaskRow.Key(.bookShipment, shipment.id.bits)
        try shipment.cancel(isUnclaimed: tasks.get(booking)?.epoch == 0, at: now)
        for kind in [TaskKind.fetchLabel, .trackShipment] { tasks.delete(TaskRow.Key(kind, shipment.id.bits)) }
        if shipment.call(.book) == nil { tasks.delete(booking) }
        if shipment.call(.cancel) != nil { plan(.cancelBooking, of: shipment, due: now) }
        put(shipment)
        shipmentEvent(.shipmentCancelled, shipment)
    }

    /// Ships the units of a parcel, out of its order and the stock: it leaves now, or has left.
    func leave(with shipment: Shipment, isFact: Bool) throws(ShipmentRefusal) {
        guard var order = orders.get(shipment.order)?.order else { throw .order(.notFound) }
        do throws(OrderRefusal) {
            try fulfil(&order, shipment.lines, in: shipment, isFact: isFact)
        } catch {
            throw .order(error)
        }
        orders.put(OrderRow(order))
        shipmentEvent(.shipmentHandedOver, shipment)
    }

    /// Records tracking events of a parcel, with all consequences.
    ///
    /// - Parameters:
    ///   - completesOrder: whether an order is completed once all of its units have arrived and are paid.
    ///   - refusesDiffering: whether an event that differs from a known one of the same id refuses all of them; false for a
    ///     carrier's answer, since tracking must continue.
    @discardableResult
    func take(
        _ news: [TrackingEvent],
        of shipment: inout Shipment,
        completesOrder: Bool,
        refusesDiffering: Bool = false
    ) throws(ShipmentRefusal) -> TrackingChange {
        let change = try shipment.track(withheld(news, from: shipment), at: now)
        if refusesDiffering, let id = change.differing.first { throw .eventDiffers(id: id) }
        guard change.news > 0 else { return change }
        if change.isHandedOver { try leave(with: shipment, isFact: true) }
        settle(change, of: shipment, completesOrder: completesOrder)
        return change
    }

    /// The events without notes, if the data of the parcel's order was erased: carriers send the same notes again and again.
    private func withheld(_ news: [TrackingEvent], from shipment: Shipment) -> [TrackingEvent] {
        guard isErased(shipment.order.bits) else { return news }
        return news.map(\.erased)
    }

    /// Puts a parcel after events, adds the event of its new state, and carries out the consequences of its arrival.
    func settle(_ change: TrackingChange, of shipment: Shipment, completesOrder: Bool) {
        put(shipment)
        if let state = change.state, let type = EventType(reached: state) { shipmentEvent(type, shipment) }
        if change.isDelivered { arrive(shipment, completesOrder: completesOrder) }
    }

    /// Schedules or ends the polling of a parcel, as its state requires.
    func ask(for shipment: Shipment) {
        if shipment.isAsked(at: now), shipment.isBookedByUs, shipment.trackingCall != nil {
            plan(.trackShipment, of: shipment, due: now)
        } else {
            tasks.delete(TaskRow.Key(.trackShipment, shipment.id.bits))
        }
    }

    private func arrive(_ shipment: Shipment, completesOrder: Bool) {
        guard let before = orders.get(shipment.order)?.order else { return }
        var order = before
        delivered(order: &order, shipment: shipment)
        if completesOrder, order.state == .fulfilled, hasArrived(order), lacking(order) == 0 {
            do throws(OrderRefusal) {
                try order.complete(at: now)
                orderEvent(.orderCompleted, order)
            } catch {
                preconditionFailure("a fulfilled order can be closed: \(error)")
            }
        }
        if order != before { orders.put(OrderRow(order)) }
    }

    /// Whether every unit of an order is in a parcel that arrived.
    func hasArrived(_ order: Order) -> Bool {
        let parcels = shipments(of: order.id).filter { $0.state == .delivered }
        return order.lines.enumerated().allSatisfy { index, line in
            parcels.reduce(0) { $0 + $1.units(of: Int64(index + 1)) } == line.quantity - line.cancelled
        }
    }

    // MARK: Rows and tasks

    /// Puts a shipment, and the task that marks it late.
    func put(_ shipment: Shipment) {
        count(shipments.get(shipment.id)?.shipment.arrival, -1)
        count(shipment.arrival, 1)
        shipments.put(ShipmentRow(shipment))
        if let from = shipment.lateFrom {
            plan(.lateShipment, of: shipment, due: from.adding(seconds: 1))
        } else if shipment.estimate != nil {
            tasks.delete(TaskRow.Key(.lateShipment, shipment.id.bits))
        }
    }

    private func count(_ arrival: Arrival?, _ difference: Int64) {
        guard let arrival else { return }
        let key = ArrivalCountRow.Key(arrival.carrier, arrival.span)
        let count = arrivals.get(key)?.count ?? 0
        arrivals.put(ArrivalCountRow(key, count: count + difference))
    }

    /// Puts a task about a shipment, or changes its due time; a claim on it stays valid.
    func plan(_ kind: TaskKind, of shipment: Shipment, due: Timestamp) {
        let key = TaskRow.Key(kind, shipment.id.bits)
        let lane = TaskKind.carrierCalls.contains(kind) ? shipment.carrier : nil
        tasks.put(TaskRow(key, due: due, epoch: tasks.get(key)?.epoch ?? 0, lane: lane))
    }

    /// The shipment of a claimed task; nil where it does not exist, and the task is deleted.
    func claimedShipment(_ kind: TaskKind, _ id: ID<Shipment>, epoch: Int64) throws(TaskRefusal) -> Shipment? {
        let key = TaskRow.Key(kind, id.bits)
        guard let task = tasks.get(key), task.epoch == epoch else { throw .lapsed }
        if let shipment = shipments.get(id)?.shipment { return shipment }
        tasks.delete(key)
        return nil
    }

    /// Adds an event about a shipment.
    func shipmentEvent(_ type: EventType, _ shipment: Shipment, _ members: (inout JSONWriter) -> Void = { _ in }) {
        event(type, shipment.id.description) { json in
            json.member("order", shipment.order)
            json.member("number", shipment.number)
            json.member("state", shipment.state.rawValue)
            json.member("version", shipment.version)
            members(&json)
        }
    }
}

extension EventType {
    /// The event for a state that the carrier reported; nil for states with other events.
    fileprivate init?(reached state: ShipmentState) {
        switch state {
        case .packed, .booked, .handedOver, .cancelled: return nil
        case .inTransit: self = .shipmentInTransit
        case .outForDelivery: self = .shipmentOutForDelivery
        case .deliveryFailed: self = .shipmentDeliveryFailed
        case .delivered: self = .shipmentDelivered
        case .returning: self = .shipmentReturning
        case .returned: self = .shipmentReturned
        case .lost: self = .shipmentLost
        }
    }
}
