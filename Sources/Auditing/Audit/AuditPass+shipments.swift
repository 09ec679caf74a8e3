// Orders and their parcels. An order's list of shipments and open returns is stored beside it; the units in shipped parcels and
// those shipped without one are the units that the order counts as shipped, and packed units are part of the rest.

import Ledger
import Trading

extension AuditPass {
    /// Reads every shipment, and the list of shipments and returns of every order.
    func auditShipments() throws(LedgerFailure) {
        try view.pages(AuditedShipment.self) { (page) throws(LedgerFailure) in
            for row in page {
                if isInFeed(row.key) { row.eachHappening { happenings.subtract($0.share(row.key)) } }
                try checkShipment(row)
            }
            count("shipments", page.count)
        }
        try checkArrivals()
        try view.pages(HandlingRow.self) { (page) throws(LedgerFailure) in
            for row in page {
                guard let found = try view.row(AuditedOrder.self, row.key.bits) else {
                    add(.noPhantom, "order_handling", row.key, "its order", "none")
                    continue
                }
                if let order = Order(document: found.document) { try check(row, of: order) }
            }
            count("order_handling", page.count)
        }
    }

    /// Compares the counts of arrivals with the parcels.
    private func checkArrivals() throws(LedgerFailure) {
        try view.pages(ArrivalCountRow.self) { (page) throws(LedgerFailure) in
            for row in page {
                let counted = arrivals.removeValue(forKey: row.key) ?? 0
                guard counted != row.count else { continue }
                let key = "\(row.key.carrier) \(row.key.span)"
                findings.add(.stateAgreement, "arrivals", key, expected: "\(counted) parcels", found: "\(row.count)")
            }
        }
        for (key, counted) in arrivals.sorted(by: { ($0.key.carrier, $0.key.span) < ($1.key.carrier, $1.key.span) }) {
            let name = "\(key.carrier) \(key.span)"
            findings.add(.stateAgreement, "arrivals", name, expected: "\(counted) parcels", found: "none")
        }
    }

    /// Checks the shipments that are new or changed since the cursor, and adds their orders to the window.
    func checkShipments(_ window: inout AuditWindow) throws(LedgerFailure) {
        for id in window.shipments.sorted() {
            guard let row = try view.row(AuditedShipment.self, id), let order = try checkShipment(row) else { continue }
            if window.happenings[order.bits] == nil { window.happenings[order.bits] = [:] }
        }
        count("shipments", window.shipments.count)
    }

    /// Compares an order's list of shipments and returns with the order.
    func checkHandling(of order: Order) throws(LedgerFailure) {
        guard let row = try view.row(HandlingRow.self, order.id) else { return }
        try check(row, of: order)
    }

    /// Checks that an open return is in its order's list.
    func checkHolding(_ taken: Return) throws(LedgerFailure) {
        guard try view.row(HandlingRow.self, taken.order)?.returns.contains(taken.id) != true else { return }
        add(.stateAgreement, "returns", taken.id, "to hold units of its order", "\(taken.order) does not list it")
    }

    /// Compares a shipment with its columns and itself, and checks that its order lists it; returns the order.
    @discardableResult
    private func checkShipment(_ row: AuditedShipment) throws(LedgerFailure) -> ID<Order>? {
        let id = ID<Shipment>(row.key)
        guard let shipment = Shipment(document: row.document) else {
            add(.structure, "shipments", id, "a readable shipment", "\(row.document.count) bytes that are not one")
            return nil
        }
        if shipment.id != id { add(.stateAgreement, "shipments", id, "id \(id)", "\(shipment.id)") }
        checkColumns(row, shipment)
        if let arrival = shipment.arrival { arrivals[.init(arrival.carrier, arrival.span), default: 0] += 1 }
        checkState(shipment)
        let list = try view.row(HandlingRow.self, shipment.order)?.shipments ?? []
        let place = list.firstIndex(of: id).map { Int64($0 + 1) }
        if place != shipment.number {
            let found = place.map { "number \($0)" } ?? "none"
            add(.stateAgreement, "shipments", id, "number \(shipment.number) of \(shipment.order)", found)
        }
        return shipment.order
    }

    private func checkColumns(_ row: AuditedShipment, _ shipment: Shipment) {
        let columns = (row.order, row.state, row.carrier, row.isLate, row.reference)
        let stated = (
            shipment.order.bits, shipment.state.rawValue, shipment.carrier, shipment.isLate, shipment.reference
        )
        guard columns.0 == stated.0, columns.1 == stated.1, columns.2 == stated.2, columns.3 == stated.3,
            columns.4 == stated.4, row.hasArrivedLate == shipment.hasArrivedLate
        else {
            let expected = "columns of \(shipment.order), \(shipment.state.rawValue), \(shipment.carrier)"
            return add(.stateAgreement, "shipments", shipment.id, expected, "others")
        }
    }

    /// Checks that a shipped parcel has its time, an arrived one has been shipped, and a booked one has its carrier's reference.
    private func checkState(_ shipment: Shipment) {
        let state = shipment.state
        func report(_ expected: String, _ found: String) {
            add(.stateAgreement, "shipments", shipment.id, expected, found)
        }
        if (shipment.handedOverAt != nil) != state.hasLeft {
            report("\(state.rawValue) with a time at which it left: \(state.hasLeft)", "\(!state.hasLeft)")
        }
        if state == .delivered, shipment.deliveredAt == nil { report("a time at which it arrived", "none") }
        if shipment.deliveredAt != nil, shipment.handedOverAt == nil { report("to have left before it arrived", "not") }
        if shipment.isBookedByUs, state == .booked || state.hasLeft, shipment.reference == nil {
            report("its carrier's reference", "none")
        }
        if shipment.isLate, !state.isAwaited || shipment.estimate == nil { report("not to be late", "late") }
        if shipment.lines.isEmpty || shipment.lines.contains(where: { $0.quantity < 1 }) {
            report("units in it", "none")
        }
        if shipment.events.map(\.countsAt) != shipment.events.map(\.countsAt).sorted() {
            report("tracking in the order of its carrier's time", "another order")
        }
        if let left = shipment.handedOverAt, let arrived = shipment.deliveredAt, left > arrived {
            report("to have left before it arrived at \(arrived)", "at \(left)")
        }
    }

    private func check(_ row: HandlingRow, of order: Order) throws(LedgerFailure) {
        var left = row.loose.isEmpty ? order.lines.map { _ in Int128(0) } : row.loose.map { Int128($0) }
        var packed = order.lines.map { _ in Int128(0) }
        guard left.count == order.lines.count else {
            return add(.stateAgreement, "order_handling", order.id, "\(order.lines.count) lines", "\(left.count)")
        }
        for id in row.shipments {
            guard let found = try view.row(AuditedShipment.self, id.bits) else {
                add(.noPhantom, "order_handling", order.id, "its shipment", "no \(id)")
                continue
            }
            guard let shipment = Shipment(document: found.document) else { continue }
            if shipment.order != order.id {
                add(.stateAgreement, "order_handling", order.id, "a shipment of its own", "\(id) of \(shipment.order)")
            }
            for item in shipment.lines {
                guard item.line >= 1, item.line <= Int64(order.lines.count) else {
                    add(.stateAgreement, "shipments", id, "a line of its order", "line \(item.line)")
                    continue
                }
                if shipment.state.hasLeft { left[Int(item.line) - 1] += Int128(item.quantity) }
                if shipment.state.isOpen { packed[Int(item.line) - 1] += Int128(item.quantity) }
            }
        }
        check(order, left: row.shipments.isEmpty ? nil : left, packed: packed)
        try checkHeld(row, order)
    }

    private func check(_ order: Order, left: [Int128]?, packed: [Int128]) {
        for (index, line) in order.lines.enumerated() {
            if let units = left?[index], units != Int128(line.fulfilled) {
                let expected = "line \(index + 1) with the \(units) units shipped that left in its parcels"
                add(.stateAgreement, "orders", order.id, expected, "\(line.fulfilled)")
            }
            let free = StateTable.holdsStock(order.state) ? line.quantity - line.fulfilled - line.cancelled : 0
            if packed[index] > Int128(free) {
                let expected = "line \(index + 1) with at most \(free) units packed"
                add(.stateAgreement, "orders", order.id, expected, "\(packed[index])")
            }
        }
    }

    /// Checks that the listed returns of an order are open, and hold no more units than can be returned.
    private func checkHeld(_ row: HandlingRow, _ order: Order) throws(LedgerFailure) {
        var held = order.lines.map { _ in Int128(0) }
        for id in row.returns {
            let found = try view.row(AuditedReturn.self, id.bits).flatMap { Return(document: $0.document) }
            guard let found, found.order == order.id, found.stage.isOpen else {
                add(.stateAgreement, "order_handling", order.id, "a return under way", "\(id)")
                continue
            }
            for line in found.lines where line.line >= 1 && line.line <= Int64(held.count) {
                held[Int(line.line) - 1] += Int128(line.quantity)
            }
        }
        for (index, line) in order.lines.enumerated()
        where held[index] > Int128(line.fulfilled - line.returned) {
            let expected = "line \(index + 1) with at most \(line.fulfilled - line.returned) units held by returns"
            add(.stateAgreement, "orders", order.id, expected, "\(held[index])")
        }
    }
}

extension AuditedShipment {
    /// The events that it must have.
    func eachHappening(_ body: (EventType) -> Void) {
        body(.shipmentCreated)
        if state.flatMap(ShipmentState.init)?.hasLeft == true { body(.shipmentHandedOver) }
    }
}
