import Ledger
import Trading

@testable import Auditing

extension AuditShop {
    private static let schedule = TrackingSchedule(leastSeconds: 60, mostSeconds: 600)

    /// Parcels in several states, of orders that also shipped units without a parcel, and returns at every stage.
    func ship() async throws {
        let delivered = try await paid([("TEA", 4), ("POST", 1)])
        try await change(delivered, [.fulfil([LineQuantity(line: 1, quantity: 1)])])
        try await deliver(try await pack(delivered, [(1, 2)]))
        let rest = try await pack(delivered)
        try await submit(HandOver(rest))
        try await tell(rest, [.returning])
        try await submit(CorrectShipment(rest, to: .inTransit, note: "it goes on", completesOrder: true))
        try await pack(try await paid([("TEA", 3)]), [(1, 1)])
        let whole = try await paid([("TEA", 5)])
        try await submit(CancelShipment(try await pack(whole)))
        let booked = try await pack(whole, by: "sandbox")
        try await book(booked)
        try await submit(HandOver(booked))
        for stage in ReturnStage.allCases { try await sendBack(whole, until: stage) }
    }

    private func paid(_ lines: [(String, Int64)]) async throws -> ID<Order> {
        let id = try await order(lines)
        try await change(id, [.pay(reason: nil)])
        return id
    }

    @discardableResult
    private func pack(
        _ order: ID<Order>,
        _ lines: [(Int64, Int64)]? = nil,
        by carrier: String = Shipment.manualCarrier
    ) async throws -> ID<Shipment> {
        let lines = lines?.map { LineQuantity(line: $0.0, quantity: $0.1) }
        return try await submit(CreateShipment(order: order, lines: lines, carrier: carrier)).id
    }

    private func deliver(_ shipment: ID<Shipment>) async throws {
        let estimate = now.adding(seconds: 86_400)
        try await submit(HandOver(shipment, trackingNumber: "T1", estimatedDelivery: estimate))
        try await tell(shipment, [.outForDelivery, .delivered])
    }

    private func tell(_ shipment: ID<Shipment>, _ codes: [TrackingCode]) async throws {
        let events = codes.enumerated().map { index, code in
            TrackingEvent(id: code.rawValue, code: code, at: now.adding(seconds: Int64(index)), receivedAt: now)
        }
        try await submit(RecordEvents(shipment, events, completesOrder: true))
    }

    private func book(_ shipment: ID<Shipment>) async throws {
        let claimed = try await submit(ClaimTasks([TaskRow.Key(.bookShipment, shipment.bits)], seconds: 30))
        let parcel = BookedParcel(reference: "bk", trackingNumber: "T2", estimatedDelivery: now.adding(seconds: 900))
        for task in claimed {
            let known = CarrierKnowledge.booking(.done(parcel))
            let record = RecordCarrierCall(
                shipment,
                epoch: task.epoch,
                known,
                schedule: Self.schedule,
                completesOrder: true
            )
            try await submit(record)
        }
    }

    private func sendBack(_ order: ID<Order>, until stage: ReturnStage) async throws {
        let line = LineQuantity(line: 1, quantity: 1)
        let taken = try await submit(RequestReturn(order: order, lines: [line], reason: "too small")).id
        switch stage {
        case .requested: break
        case .received: try await submit(ChangeReturn(taken, .receive))
        case .inspected:
            try await submit(ChangeReturn(taken, .receive))
            let lost = ReturnRequestLine(line: 1, quantity: 1, disposition: .writeOff)
            try await submit(ChangeReturn(taken, .inspect([lost])))
        case .cancelled: try await submit(ChangeReturn(taken, .cancel))
        }
    }
}
