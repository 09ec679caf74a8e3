import TestSupport
import Testing
import Trading

@Suite("A parcel's way")
struct ShipmentTrackingTests {
    typealias Examples = ShipmentExamples

    /// Messages in order of arrival, each with the second at which the carrier says it happened.
    static let ways: [([(TrackingCode, Int64)], ShipmentState)] = [
        ([(.handedOver, 1)], .handedOver),
        ([(.handedOver, 1), (.inTransit, 2), (.outForDelivery, 3), (.delivered, 4)], .delivered),
        ([(.delivered, 4), (.outForDelivery, 3), (.inTransit, 2), (.handedOver, 1)], .delivered),
        ([(.outForDelivery, 3), (.inTransit, 2)], .outForDelivery),
        ([(.outForDelivery, 3), (.inTransit, 9)], .inTransit),
        ([(.inTransit, 3), (.outForDelivery, 3)], .outForDelivery),
        ([(.outForDelivery, 3), (.inTransit, 3)], .outForDelivery),
        ([(.outForDelivery, 3), (.deliveryFailed, 4)], .deliveryFailed),
        ([(.deliveryFailed, 4), (.outForDelivery, 3)], .deliveryFailed),
        ([(.deliveryFailed, 4), (.outForDelivery, 5)], .outForDelivery),
        ([(.deliveryFailed, 4), (.returning, 5), (.returned, 9)], .returned),
        ([(.returning, 5), (.deliveryFailed, 4)], .returning),
        ([(.returned, 9), (.returning, 5)], .returned),
        ([(.returning, 5), (.outForDelivery, 7)], .outForDelivery),
        ([(.outForDelivery, 7), (.returning, 5)], .outForDelivery),
        ([(.lost, 5), (.outForDelivery, 6)], .outForDelivery),
        ([(.outForDelivery, 6), (.lost, 5)], .outForDelivery),
        ([(.lost, 5), (.inTransit, 4)], .lost),
        ([(.lost, 5), (.delivered, 9)], .delivered),
        ([(.delivered, 9), (.lost, 10)], .delivered),
        ([(.delivered, 9), (.outForDelivery, 10)], .delivered),
        ([(.outForDelivery, 10), (.delivered, 9)], .delivered),
        ([(.delivered, 9), (.returned, 10)], .returned),
        ([(.returned, 10), (.delivered, 9)], .returned),
    ]

    @Test("the newest word counts, late messages change nothing, and a final word stays", arguments: ways.indices)
    func states(_ index: Int) throws {
        let (messages, state) = Self.ways[index]
        var shipment = try Examples.shipment(in: .booked)
        for (code, second) in messages {
            let before = shipment.standing
            _ = try shipment.track([Examples.event(code, second)], at: Examples.start.adding(seconds: 100))
            #expect(shipment.standing >= before)
        }
        #expect(shipment.state == state)
        #expect(shipment.events.map(\.at) == shipment.events.map(\.at).sorted())
    }

    /// Times that a clock may show, including implausible ones, in seconds after the start.
    private static let times: [Int64] = [-1_700_000_000, -90_000, -80_000, 0, 1, 2, 3, 5, 8, 900, 1000, 2_300_000_000]

    @Test(
        "the same messages in any order, in any portions and with repeats give the same parcel",
        arguments: 1...200 as ClosedRange<UInt64>
    )
    func anyOrder(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let messages = (0..<Int.random(in: 1...12, using: &generator)).map { number in
            Examples.event(
                TrackingCode.allCases.randomElement(using: &generator) ?? .inTransit,
                Self.times.randomElement(using: &generator) ?? 0,
                id: "e\(number)",
                estimate: Bool.random(using: &generator) ? Int64.random(in: -200_000...200, using: &generator) : nil,
                receivedAt: 100
            )
        }
        let first = try told(messages, using: &generator)
        let second = try told(messages + messages, using: &generator)
        #expect(first == second, "seed \(seed)")
    }

    private func told(_ messages: [TrackingEvent], using generator: inout SeededGenerator) throws -> Shipment {
        var shipment = try Examples.shipment(in: .booked)
        var rest = messages.shuffled(using: &generator)
        var deliveries = 0
        while !rest.isEmpty {
            let portion = rest.prefix(Int.random(in: 1...4, using: &generator))
            rest.removeFirst(portion.count)
            let before = shipment.standing
            let change = try shipment.track(Array(portion), at: Examples.start.adding(seconds: 100))
            #expect(shipment.standing >= before)
            if change.isDelivered { deliveries += 1 }
        }
        #expect(deliveries == (messages.contains { $0.code == .delivered } ? 1 : 0))
        shipment.version = 1
        return shipment
    }

    @Test("a repeat changes nothing, not even the version")
    func repeats() throws {
        var shipment = try Examples.shipment(in: .inTransit)
        let before = shipment
        let change = try shipment.track(before.events, at: Examples.start.adding(seconds: 500))
        #expect(change == TrackingChange())
        #expect(shipment == before)
    }

    @Test("an event that says another thing than the one of its id changes nothing, and is named")
    func differing() throws {
        var shipment = try Examples.shipment(in: .inTransit)
        let before = shipment
        var other = try #require(before.events.first)
        other.code = .delivered
        let change = try shipment.track([other], at: Examples.start.adding(seconds: 500))
        #expect(change.differing == [other.id] && change.news == 0)
        #expect(shipment == before)
        // Of two events with one id in one report, the first is used.
        var second = Examples.event(.outForDelivery, 30, id: "twice")
        let first = second
        second.note = "elsewhere"
        let both = try shipment.track([first, first, second], at: Examples.start.adding(seconds: 500))
        #expect(both.news == 1 && both.differing == ["twice"] && shipment.events.last == first)
    }

    @Test("a parcel that its carrier speaks of has left, whether or not anybody said so")
    func impliedHandOver() throws {
        for code in TrackingCode.allCases {
            var shipment = try Examples.shipment(in: .booked)
            let change = try shipment.track([Examples.event(code, 1)], at: Examples.start)
            #expect(change.isHandedOver)
            #expect(shipment.handedOverRecordedAt == Examples.start)
            #expect(change.state == code.state)
            let again = try shipment.track([Examples.event(.delivered, 2, id: "later")], at: Examples.start)
            #expect(!again.isHandedOver)
        }
    }

    @Test("of a parcel's events the newest are kept, and its state does not depend on those that are not")
    func bounded() throws {
        var shipment = try Examples.shipment(in: .booked)
        let flood = (0...Int64(Shipment.maxEvents)).map { Examples.event(.inTransit, $0 + 10, id: "\($0)") }
        _ = try shipment.track([Examples.event(.delivered, 1)] + flood, at: Examples.start)
        #expect(shipment.events.count == Shipment.maxEvents)
        #expect(shipment.state == .delivered)
        #expect(shipment.events.first?.at == Examples.start.adding(seconds: 11))
    }

    @Test("it is late from its estimate on until it arrives, by the newest word of its carrier")
    func lateness() throws {
        var shipment = try Examples.shipment(in: .handedOver)
        let due = try #require(Examples.parcel.estimatedDelivery)
        #expect(shipment.lateFrom == due)
        let marks = [0, 1, 2].map { shipment.markLate(at: due.adding(seconds: $0)) }
        #expect(marks == [false, true, false])
        #expect(shipment.isLate && shipment.lateFrom == nil)
        let later = Examples.start.adding(seconds: 91_000)
        _ = try shipment.track([Examples.event(.inTransit, 90_000, estimate: 200_000)], at: later)
        #expect(!shipment.isLate)
        #expect(shipment.lateFrom == Examples.start.adding(seconds: 200_000))
        _ = try shipment.track([Examples.event(.inTransit, 80_000, estimate: 100)], at: later)
        #expect(shipment.lateFrom == Examples.start.adding(seconds: 200_000), "older words do not count")
        let end = Examples.start.adding(seconds: 300_000)
        _ = try shipment.track([Examples.event(.outForDelivery, 250_000)], at: end)
        #expect(shipment.isLate)
        _ = try shipment.track([Examples.event(.delivered, 260_000)], at: end)
        #expect(!shipment.isLate && shipment.lateFrom == nil)
        #expect(shipment.deliveredAt == Examples.start.adding(seconds: 260_000))
    }

    @Test("a quiet parcel is asked for less and less often, within bounds")
    func schedule() {
        let schedule = TrackingSchedule(leastSeconds: 60, mostSeconds: 3600)
        let news = Examples.start
        for (quiet, pause) in [(0, 60), (200, 60), (400, 100), (4000, 1000), (100_000, 3600)] as [(Int64, Int64)] {
            let now = news.adding(seconds: quiet)
            #expect(schedule.next(news: news, now: now) == now.adding(seconds: pause))
        }
        #expect(schedule.next(news: news.adding(seconds: 50), now: news) == news.adding(seconds: 60))
    }
}
