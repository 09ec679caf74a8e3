import JSON
import Trading

/// A booking of a shipment of ours, with its row's key.
struct FoundParcel {
    let listed: ListedParcel
    let shipment: ID<Shipment>
    let key: RecoveredParcelRow.Key

    init(_ listed: ListedParcel, _ shipment: ID<Shipment>, _ key: RecoveredParcelRow.Key) {
        self.listed = listed
        self.shipment = shipment
        self.key = key
    }

    var hasLeft: Bool { listed.standing == .left }

    /// Its row in a state.
    func row(_ state: RecoveredParcelRow.State, _ reason: LostParcelReason? = nil) -> RecoveredParcelRow {
        RecoveredParcelRow(key, shipment: shipment, order: listed.order, state: state, reason: reason)
    }
}

// What is decided on bookings of the lost future.
extension WorkingSet {
    // MARK: Decided before

    /// What is to be done about a booking that was decided before.
    func again(_ row: RecoveredParcelRow, _ found: FoundParcel) -> ParcelRecovery {
        switch row.state {
        case .adopted, .followed, .calledOff: return .known
        case .held: return .held(row.reason ?? .contentsUnknown)
        case .callingOff:
            switch found.listed.standing {
            case .booked: return .toCallOff
            case .cancelled: return note(row, .calledOff)
            case .left: return hold(row, .cancelRefused)
            }
        }
    }

    /// Puts a decision, and counts it where it is final.
    func note(_ row: RecoveredParcelRow, _ state: RecoveredParcelRow.State) -> ParcelRecovery {
        var row = row
        row.state = state
        recoveredParcels.put(row)
        switch state {
        case .adopted:
            count { $0.parcelsAdopted += 1 }
            return .adopted
        case .followed:
            count { $0.parcelsFollowed += 1 }
            return .followed
        case .callingOff: return .toCallOff
        case .calledOff:
            count { $0.parcelsCalledOff += 1 }
            return .calledOff
        case .held: return hold(row, row.reason ?? .contentsUnknown)
        }
    }

    /// Keeps a booking for a person.
    func hold(_ row: RecoveredParcelRow, _ reason: LostParcelReason) -> ParcelRecovery {
        var row = row
        row.state = .held
        row.reason = reason
        recoveredParcels.put(row)
        guard var restore = lastRestore else { return .held(reason) }
        restore.hold(
            HeldParcel(
                carrier: row.key.carrier,
                reference: row.key.reference,
                shipment: row.shipment,
                order: row.order,
                reason: reason
            )
        )
        restores.put(RestoreRow(restore))
        return .held(reason)
    }

    private func count(_ change: (inout Restoration.Findings) -> Void) {
        guard var restore = lastRestore else { return }
        change(&restore.found)
        restores.put(RestoreRow(restore))
    }

    /// Calls a booking off where it has not left, and keeps it for a person otherwise.
    private func refuse(_ found: FoundParcel, _ reason: LostParcelReason) -> ParcelRecovery {
        found.hasLeft ? hold(found.row(.held), reason) : note(found.row(.callingOff, reason), .callingOff)
    }

    // MARK: Shipments that the ledger has

    /// Brings a shipment and its booking together.
    func follow(_ found: FoundParcel, _ known: Shipment) -> ParcelRecovery {
        var shipment = known
        let parcel = found.listed.parcel
        guard shipment.carrier == found.key.carrier else { return refuse(found, .otherCarrier) }
        guard shipment.reference == nil || shipment.reference == parcel.reference else {
            return found.listed.standing == .cancelled ? .harmless : refuse(found, .bookedTwice)
        }
        if found.listed.standing == .cancelled {
            guard shipment.state.isOpen else {
                return shipment.state.hasLeft ? hold(found.row(.held), .cancelledThere) : .known
            }
            shipment.followCancellation(of: parcel, at: now)
            dropCalls(of: shipment)
            put(shipment)
            shipmentEvent(.shipmentCancelled, shipment)
            return note(found.row(.followed), .followed)
        }
        guard shipment.reference == nil else {
            // What happened to it since is asked for at once.
            if found.hasLeft, shipment.state.isOpen { ask(for: shipment) }
            return .known
        }
        if shipment.state == .cancelled, found.hasLeft { return hold(found.row(.held), .cancelledHere) }
        shipment.recover(parcel, at: now)
        dropCalls(of: shipment)
        put(shipment)
        guard shipment.state == .booked else {
            plan(.cancelBooking, of: shipment, due: now)
            return note(found.row(.calledOff), .calledOff)
        }
        begin(shipment)
        return note(found.row(.adopted), .adopted)
    }

    /// Ends what its carrier was still to be asked.
    private func dropCalls(of shipment: Shipment) {
        for kind in TaskKind.carrierCalls { tasks.delete(TaskRow.Key(kind, shipment.id.bits)) }
    }

    /// Asks for the label and the tracking of a parcel that its carrier has.
    private func begin(_ shipment: Shipment) {
        plan(.fetchLabel, of: shipment, due: now)
        plan(.trackShipment, of: shipment, due: now)
        shipmentEvent(.shipmentBooked, shipment)
    }

    // MARK: Shipments that were lost

    /// Makes a booking a shipment of its order, if that exists and takes it.
    func takeOver(_ found: FoundParcel, _ restore: Restoration, _ rule: LostParcelRule) -> ParcelRecovery {
        guard let id = found.listed.order else {
            return rule == .hold ? hold(found.row(.held), .contentsUnknown) : refuse(found, .contentsUnknown)
        }
        guard let order = orders.get(id)?.order else {
            // The shipments of an archived order are in a file.
            if archivedOrders.get(id) != nil { return .known }
            guard Timestamp(milliseconds: Int64(id.high >> 16)) >= restore.searchedFrom else { return .foreign }
            return rule == .hold ? hold(found.row(.held), .orderLost) : refuse(found, .orderLost)
        }
        guard !order.isProbe else { return .foreign }
        guard !order.isCalledOff else { return refuse(found, .orderCalledOff) }
        guard let contents = found.listed.contents, allLocations.contains(where: { $0.code == found.listed.from }),
            found.listed.service.utf8.count <= RecoverParcels.referenceBytesMax
        else { return refuse(found, .contentsUnknown) }
        if found.hasLeft, !fits(contents.lines, from: found.listed.from, in: order) { callOffUnbooked(of: order.id) }
        guard fits(contents.lines, from: found.listed.from, in: order) else { return refuse(found, .unitsElsewhere) }
        // What has left is a fact, paid or not.
        guard found.hasLeft || isPaid(order, contents.lines) else {
            let isOpen = paymentRows(of: order).contains { $0.payment.isProcessing }
            return isOpen || !restore.paymentsAreSearched ? .waits : refuse(found, .orderUnpaid)
        }
        adopt(found, contents.lines, order)
        return note(found.row(.adopted), .adopted)
    }

    /// Whether units of an order can be in one more parcel.
    private func fits(_ lines: [LineQuantity], from location: String, in order: Order) -> Bool {
        let parcels = shipments(of: order.id)
        guard parcels.count < Shipment.maxPerOrder else { return false }
        let packing = Packing(order, packed: PackedUnits(parcels))
        return lines.allSatisfy { item in
            item.line <= Int64(order.lines.count) && item.quantity <= packing.left(of: item.line, at: location)
        }
    }

    /// Cancels the parcels of an order of which no carrier knows: their units left in another one, in the lost future.
    private func callOffUnbooked(of order: ID<Order>) {
        for var shipment in shipments(of: order) where shipment.state.isOpen && shipment.reference == nil {
            do throws(ShipmentRefusal) {
                try callOff(&shipment)
            } catch {
                preconditionFailure("a parcel that has not left can be called off: \(error)")
            }
        }
    }

    private func isPaid(_ order: Order, _ lines: [LineQuantity]) -> Bool {
        guard order.state == .confirmed || order.state == .partlyFulfilled else { return false }
        do throws(OrderRefusal) {
            try checkPaid(order, shipments(of: order.id).filter(\.state.isOpen).flatMap(\.lines) + lines)
            return true
        } catch {
            return false
        }
    }

    private func adopt(_ found: FoundParcel, _ lines: [LineQuantity], _ order: Order) {
        let listed = found.listed
        var shipment = Shipment(
            id: found.shipment,
            order: order.id,
            number: Int64(shipments(of: order.id).count + 1),
            location: listed.from,
            carrier: found.key.carrier,
            service: listed.service,
            lines: lines,
            grams: min(max(listed.grams, 0), ShippingRates.maxGrams),
            // When it was packed, by the shop's own clock: what its carrier tells of it is later.
            createdAt: min(now, Timestamp(milliseconds: Int64(found.shipment.high >> 16))),
            updatedAt: now
        )
        shipment.ask(.book)
        shipment.recover(listed.parcel, at: now)
        list(shipment, of: order)
        put(shipment)
        shipmentEvent(.shipmentCreated, shipment) { $0.member("recovered", true) }
        begin(shipment)
    }

    /// Whether goods of an order have to wait: the lost future may have sent them in a parcel that was not found yet.
    func isParcelSearched(since time: Timestamp) -> Bool {
        guard let restore = lastRestore, !restore.parcelsAreSearched else { return false }
        return time <= restore.at
    }
}
