import Testing
import Trading

@testable import Ledger

extension TestShop {
    static let carrier = "sandbox"
    static let schedule = TrackingSchedule(leastSeconds: 60, mostSeconds: 600)

    /// A paid order of SKUs that are in stock.
    func paid(_ lines: [(String, Int64)]) async throws -> Order {
        let order = try await place(lines)
        return try await run(ChangeOrder(order.id, .pay(reason: nil))).order
    }

    /// Packs everything left of an order at one location.
    func pack(
        _ order: ID<Order>,
        _ lines: [(Int64, Int64)]? = nil,
        from location: String? = nil,
        by carrier: String = carrier
    ) async throws -> Shipment {
        try await run(
            CreateShipment(
                order: order,
                lines: lines?.map { LineQuantity(line: $0.0, quantity: $0.1) },
                location: location,
                carrier: carrier
            )
        )
    }

    func shipment(_ id: ID<Shipment>) async throws -> Shipment {
        try #require(try await row(ShipmentRow.self, id)?.shipment)
    }

    func order(_ id: ID<Order>) async throws -> Order {
        try #require(try await row(OrderRow.self, id)?.order)
    }

    func task(_ kind: TaskKind, _ id: ID<Shipment>) async throws -> TaskRow? {
        try await row(TaskRow.self, TaskRow.Key(kind, id.bits))
    }

    /// Claims a due task and returns its epoch.
    func claim(_ kind: TaskKind, _ id: ID<Shipment>) async throws -> Int64 {
        let claimed = try await run(ClaimTasks([TaskRow.Key(kind, id.bits)], seconds: 30))
        return try #require(claimed.first, "\(kind) is not due").epoch
    }

    /// The record of a call to a carrier.
    static func recorded(_ id: ID<Shipment>, _ epoch: Int64, _ known: CarrierKnowledge) -> RecordCarrierCall {
        RecordCarrierCall(id, epoch: epoch, known, schedule: schedule, completesOrder: true)
    }

    /// Records that the carrier booked a parcel.
    @discardableResult
    func book(_ id: ID<Shipment>, reference: String = "bk_1") async throws -> Shipment {
        let epoch = try await claim(.bookShipment, id)
        let estimate = clock.now.adding(seconds: 86_400)
        let parcel = BookedParcel(reference: reference, trackingNumber: "TN", estimatedDelivery: estimate)
        try await run(Self.recorded(id, epoch, .booking(.done(parcel))))
        return try await shipment(id)
    }

    /// Records a tracking event that a user enters now.
    @discardableResult
    func tell(_ id: ID<Shipment>, _ code: TrackingCode, completing: Bool = true) async throws -> Shipment {
        try await run(RecordEvents(id, [event(code)], completesOrder: completing))
    }

    func event(_ code: TrackingCode, id: String? = nil, after seconds: Int64 = 0) -> TrackingEvent {
        let now = clock.now.adding(seconds: seconds)
        return TrackingEvent(id: id ?? "\(code.rawValue) \(now)", code: code, at: now, receivedAt: now)
    }

    /// Expects that orders, parcels and returns agree with each other.
    func expectParcelsSound(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let shipments = try await rows(ShipmentRow.self).map(\.shipment)
        let handling = try await rows(HandlingRow.self)
        var arrivals: [ArrivalCountRow.Key: Int64] = [:]
        for arrival in shipments.compactMap(\.arrival) {
            arrivals[.init(arrival.carrier, arrival.span), default: 0] += 1
        }
        for row in try await rows(ArrivalCountRow.self) {
            #expect(arrivals.removeValue(forKey: row.key) ?? 0 == row.count, sourceLocation: sourceLocation)
        }
        #expect(arrivals.isEmpty, sourceLocation: sourceLocation)
        for order in try await rows(OrderRow.self).map(\.order) {
            let own = shipments.filter { $0.order == order.id }
            let row = handling.first { $0.key == order.id }
            #expect(row?.shipments ?? [] == own.map(\.id), sourceLocation: sourceLocation)
            for (index, line) in order.lines.enumerated() {
                let number = Int64(index + 1)
                let left = own.filter(\.state.hasLeft).reduce(0) { $0 + $1.units(of: number) }
                let packed = own.filter(\.state.isOpen).reduce(0) { $0 + $1.units(of: number) }
                let loose = row.map { $0.loose.isEmpty ? 0 : $0.loose[index] } ?? 0
                if !own.isEmpty { #expect(left + loose == line.fulfilled, sourceLocation: sourceLocation) }
                #expect(line.fulfilled + packed <= line.quantity, sourceLocation: sourceLocation)
            }
        }
    }
}
