import TestSupport
import Testing
import Trading

@Suite("A parcel's times, by two clocks")
struct ShipmentArrivalTests {
    typealias Examples = ShipmentExamples

    private static func at(_ seconds: Int64) -> Timestamp { Examples.start.adding(seconds: seconds) }

    @Test("a parcel of which we hear two hours late was never less than no time on its way")
    func lateNews() throws {
        var shipment = try Examples.shipment(in: .booked)
        let arrived = Examples.event(.delivered, 100, receivedAt: 7300)
        _ = try shipment.track([arrived], at: Self.at(7300))
        #expect(shipment.handedOverAt == Self.at(100) && shipment.handedOverRecordedAt == Self.at(7300))
        #expect(shipment.deliveredAt == Self.at(100) && shipment.deliveredRecordedAt == Self.at(7300))
        #expect(shipment.transitSeconds == 0)
        _ = try shipment.track([Examples.event(.inTransit, 40, receivedAt: 7400)], at: Self.at(7400))
        #expect(shipment.handedOverAt == Self.at(40))
        #expect(shipment.transitSeconds == 60, "both ends by the carrier's clock")
    }

    @Test("where the carrier tells only of the arrival, the way is what lies between the two times that are told")
    func ourClock() throws {
        var shipment = try Examples.shipment(in: .booked)
        try shipment.handOver(at: Self.at(1000))
        _ = try shipment.track([Examples.event(.delivered, 400, receivedAt: 5000)], at: Self.at(5000))
        #expect(shipment.handedOverAt == Self.at(400) && shipment.deliveredAt == Self.at(400))
        #expect(shipment.transitSeconds == 0)
        var other = try Examples.shipment(in: .booked)
        try other.handOver(at: Self.at(1000))
        _ = try other.track([Examples.event(.delivered, 5000, receivedAt: 9000)], at: Self.at(9000))
        #expect(
            other.handedOverAt == Self.at(1000) && other.deliveredAt == Self.at(5000) && other.transitSeconds == 4000
        )
    }

    @Test(
        "whatever is told in whatever order, no time on the way is negative",
        arguments: 1...200 as ClosedRange<UInt64>
    )
    func neverNegative(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var shipment = try Examples.shipment(in: .booked)
        var now: Int64 = 0
        if Bool.random(using: &generator) { try shipment.handOver(at: Self.at(0)) }
        for number in 0..<10 {
            now += Int64.random(in: 0...9000, using: &generator)
            let event = Examples.event(
                TrackingCode.allCases.randomElement(using: &generator) ?? .delivered,
                now + Int64.random(in: -200_000...9000, using: &generator),
                id: "\(number)",
                receivedAt: now
            )
            _ = try shipment.track([event], at: Self.at(now))
            if Int.random(in: 0..<8, using: &generator) == 0 {
                _ = try shipment.correct(to: .inTransit, at: Self.at(now))
            }
            #expect((shipment.transitSeconds == nil) == (shipment.deliveredAt == nil))
            #expect(shipment.transitSeconds ?? 0 >= 0, "seed \(seed)")
            if let left = shipment.handedOverAt, let arrived = shipment.deliveredAt {
                #expect(shipment.createdAt <= left && left <= arrived)
                #expect(
                    shipment.transitSeconds == (arrived.milliseconds - left.milliseconds) / 1000,
                    "one record, one story"
                )
            }
        }
    }

    @Test("an arrival is judged by what was promised first, however often the estimate moved since")
    func promise() throws {
        var shipment = try Examples.shipment(in: .handedOver)
        let promised = try #require(Examples.parcel.estimatedDelivery)
        _ = try shipment.track([Examples.event(.inTransit, 10, estimate: 400_000)], at: Self.at(20))
        #expect(shipment.promise?.delivery == promised && shipment.estimate?.delivery == Self.at(400_000))
        #expect(shipment.arrival == nil && !shipment.hasArrivedLate)
        _ = try shipment.track([Examples.event(.delivered, 86_400 + 7200)], at: Self.at(100_000))
        #expect(shipment.hasArrivedLate && !shipment.isLate)
        #expect(shipment.arrival?.lateSeconds == 7200)
        #expect(shipment.arrival?.span == 2)
        _ = try shipment.correct(to: .lost, at: Self.at(100_100))
        #expect(!shipment.hasArrivedLate)
    }

    @Test(
        "late arrivals are counted by the hour",
        arguments: [
            (nil, -1), (0, 0), (1, 1), (3600, 1), (3601, 2), (14_400, 2), (172_800, 5), (604_800, 7), (604_801, 8),
        ] as [(Int64?, Int64)]
    )
    func spans(seconds: Int64?, span: Int64) {
        #expect(Arrival(carrier: "c", lateSeconds: seconds).span == span)
    }
}
