import Trading

/// Parcels for tests.
enum ShipmentExamples {
    static let start = OrderExamples.start

    static func packed(
        _ lines: [(Int64, Int64)] = [(1, 2)],
        carrier: String = "sandbox",
        location: String = "a",
        number: Int64 = 1
    ) -> Shipment {
        var shipment = Shipment(
            id: ID(high: 9, low: UInt64(number)),
            order: ID(high: 1, low: 2),
            number: number,
            location: location,
            carrier: carrier,
            service: Shipment.standardService,
            lines: lines.map { LineQuantity(line: $0.0, quantity: $0.1) },
            grams: 400,
            createdAt: start,
            updatedAt: start
        )
        if shipment.isBookedByUs { shipment.ask(.book) }
        return shipment
    }

    static let parcel = BookedParcel(
        reference: "bk_1",
        trackingNumber: "TN1",
        estimatedDelivery: start.adding(seconds: 86_400)
    )

    /// A parcel after the shortest path to a state.
    static func shipment(in state: ShipmentState) throws -> Shipment {
        var shipment = packed()
        if state == .packed { return shipment }
        _ = shipment.recordBooking(.done(parcel), claims: 1, at: start)
        switch state {
        case .packed, .booked: break
        case .cancelled: try shipment.cancel(isUnclaimed: false, at: start)
        case .handedOver: try shipment.handOver(at: start)
        default:
            let code = TrackingCode.allCases.first { $0.state == state } ?? .handedOver
            _ = try shipment.track([event(code, 10)], at: start.adding(seconds: 20))
        }
        return shipment
    }

    /// An event `seconds` after the start.
    static func event(
        _ code: TrackingCode,
        _ seconds: Int64,
        id: String? = nil,
        estimate: Int64? = nil,
        receivedAt: Int64? = nil
    ) -> TrackingEvent {
        TrackingEvent(
            id: id ?? "\(code.rawValue)-\(seconds)",
            code: code,
            at: start.adding(seconds: seconds),
            receivedAt: start.adding(seconds: receivedAt ?? seconds + 5),
            estimatedDelivery: estimate.map { start.adding(seconds: $0) }
        )
    }
}
