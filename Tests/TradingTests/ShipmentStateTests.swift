import TestSupport
import Testing
import Trading

@Suite("States of a parcel that can be left")
struct ShipmentStateTests {
    typealias Examples = ShipmentExamples

    /// States in transit: each may change to any other of them.
    static let onTheWay = ShipmentState.allCases.filter { $0.hasLeft && !$0.isFinal }

    /// The states to which a carrier may move a parcel, by the table at the top of the rules.
    private static func carrierMayReach(from state: ShipmentState) -> Set<ShipmentState> {
        switch state {
        case .packed, .cancelled: []
        case .delivered: [.delivered, .returned]
        case .returned: [.returned, .delivered]
        default: Set(TrackingCode.allCases.map(\.state))
        }
    }

    @Test(
        "a later word leads from every state to those of the table, and to no other",
        arguments: ShipmentState.allCases
    )
    func table(_ state: ShipmentState) throws {
        let now = Examples.start.adding(seconds: 100)
        for code in TrackingCode.allCases {
            var shipment = try Examples.shipment(in: state)
            let allowed = Self.carrierMayReach(from: state)
            if state == .packed || state == .cancelled {
                #expect(throws: ShipmentRefusal.self) {
                    try shipment.track([Examples.event(code, 50, id: "n")], at: now)
                }
                #expect(shipment.state == state)
            } else {
                _ = try shipment.track([Examples.event(code, 50, id: "n")], at: now)
                #expect(shipment.state == (allowed.contains(code.state) ? code.state : state))
            }
        }
    }

    @Test("from every state a final one can be reached, and every state on the way can be left for every other")
    func reachable() throws {
        for state in ShipmentState.allCases where !state.isFinal {
            let shipment = try Examples.shipment(in: state)
            if state.isOpen {
                var cancelled = shipment
                try cancelled.cancel(isUnclaimed: false, at: Examples.start)
                #expect(cancelled.state.isFinal)
                continue
            }
            for code in TrackingCode.allCases where code.state != state {
                var next = shipment
                _ = try next.track([Examples.event(code, 60, id: "n")], at: Examples.start.adding(seconds: 70))
                #expect(next.state == code.state, "\(state) to \(code)")
            }
        }
        #expect(Self.onTheWay.count == 6)
    }

    @Test(
        "an event of the year 2099 hides none that come later, and is kept and marked",
        arguments: TrackingCode.allCases
    )
    func future(_ code: TrackingCode) throws {
        var shipment = try Examples.shipment(in: .booked)
        let far = Examples.event(code, 2_300_000_000, id: "far", receivedAt: 100)
        _ = try shipment.track([far], at: Examples.start.adding(seconds: 100))
        #expect(shipment.state == code.state)
        #expect(shipment.events.first?.doubt == .tooLate)
        #expect(shipment.events.first?.at == far.at)
        #expect(shipment.events.first?.countsAt == Examples.start.adding(seconds: 100))
        _ = try shipment.track([Examples.event(.returned, 300)], at: Examples.start.adding(seconds: 310))
        #expect(shipment.state == .returned)
        _ = try shipment.track([Examples.event(.delivered, 400)], at: Examples.start.adding(seconds: 410))
        #expect(shipment.state == .delivered)
        #expect(try #require(shipment.deliveredAt) <= Examples.start.adding(seconds: 400))
    }

    @Test(
        "nothing happened to a parcel before it was packed",
        arguments: [-1, -3600, -23 * 3600, -25 * 3600, -1_795_411_261] as [Int64]
    )
    func beforeItWas(_ seconds: Int64) throws {
        var shipment = try Examples.shipment(in: .booked)
        let events = [
            Examples.event(.handedOver, seconds, receivedAt: 100),
            Examples.event(.delivered, seconds + 1, receivedAt: 100),
        ]
        _ = try shipment.track([events[0]], at: Examples.start.adding(seconds: 100))
        _ = try shipment.track([events[1]], at: Examples.start.adding(seconds: 100))
        #expect(shipment.state == .delivered && shipment.events.contains { $0.doubt == .tooEarly })
        #expect(try #require(shipment.handedOverAt) >= shipment.createdAt)
        #expect(try #require(shipment.deliveredAt) >= shipment.createdAt)
        #expect(shipment.transitSeconds == 0 || seconds == -1)
    }

    @Test("delivered in 1970 is taken as of its receipt, and marked")
    func past() throws {
        var shipment = try Examples.shipment(in: .inTransit)
        let old = Examples.event(.delivered, -1_795_411_261, id: "old", receivedAt: 100)
        _ = try shipment.track([old], at: Examples.start.adding(seconds: 100))
        #expect(shipment.state == .delivered)
        #expect(shipment.deliveredAt == Examples.start.adding(seconds: 100))
        #expect(shipment.events.last?.doubt == .tooEarly)
        #expect(try #require(shipment.transitSeconds) >= 0)
    }

    @Test("a clock may be as far off as the bounds say, and no second further")
    func bounds() {
        let times = PlausibleTimes(packedAt: Examples.start)
        let heard = Examples.start.adding(seconds: 50)
        #expect(times.doubt(Examples.start, receivedAt: heard) == nil)
        #expect(times.doubt(Examples.start.adding(seconds: -1), receivedAt: heard) == .tooEarly)
        #expect(times.mayArrive(Examples.start.adding(seconds: -86_400), saidAt: heard))
        #expect(!times.mayArrive(Examples.start.adding(seconds: -86_401), saidAt: heard))
        #expect(times.doubt(heard.adding(seconds: 900), receivedAt: heard) == nil)
        #expect(times.doubt(heard.adding(seconds: 901), receivedAt: heard) == .tooLate)
    }

    @Test("an estimate that cannot be true makes no parcel late, and hides no lateness")
    func estimates() throws {
        var shipment = try Examples.shipment(in: .handedOver)
        let before = shipment.estimate
        for seconds in [-1_795_000_000, 2_300_000_000] as [Int64] {
            let event = Examples.event(.inTransit, 20, id: "\(seconds)", estimate: seconds)
            _ = try shipment.track([event], at: Examples.start.adding(seconds: 30))
            #expect(shipment.estimate == before && !shipment.isLate)
        }
        var byHand = try Examples.shipment(in: .booked)
        #expect(throws: ShipmentRefusal.implausibleEstimate) {
            try byHand.handOver(estimatedDelivery: .latest, at: Examples.start)
        }
        #expect(byHand.state == .booked)
    }

    @Test("only a correction leads out of a final state, and then later words count and earlier ones do not")
    func correction() throws {
        var shipment = try Examples.shipment(in: .delivered)
        let now = Examples.start.adding(seconds: 200)
        let change = try shipment.correct(to: .inTransit, note: "another door", at: now)
        #expect(change.state == .inTransit && shipment.state == .inTransit)
        #expect(shipment.deliveredAt == nil && shipment.deliveredRecordedAt == nil && shipment.arrival == nil)
        #expect(shipment.events.last?.isCorrection == true && shipment.events.last?.note == "another door")
        let old = Examples.event(.delivered, 150, id: "again")
        _ = try shipment.track([old] + shipment.events, at: now.adding(seconds: 5))
        #expect(shipment.state == .inTransit, "what was said of the time before is overruled")
        let arrived = try shipment.track([Examples.event(.delivered, 300)], at: now.adding(seconds: 110))
        #expect(arrived.isDelivered && shipment.state == .delivered)
        #expect(shipment.deliveredAt == Examples.start.adding(seconds: 300))
        for state in [ShipmentState.packed, .booked, .cancelled] {
            var other = try Examples.shipment(in: state)
            #expect(throws: ShipmentRefusal.wrongState(state)) { try other.correct(to: .lost, at: now) }
        }
    }

    @Test("messages after a correction give the same parcel in any order", arguments: 1...50 as ClosedRange<UInt64>)
    func corrected(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var first = try Examples.shipment(in: .delivered)
        _ = try first.correct(to: .inTransit, at: Examples.start.adding(seconds: 50))
        var second = first
        let messages = (0..<8).map { number in
            Examples.event(
                TrackingCode.allCases.randomElement(using: &generator) ?? .lost,
                Int64.random(in: 40...60, using: &generator),
                id: "e\(number)",
                receivedAt: 70
            )
        }
        let now = Examples.start.adding(seconds: 70)
        _ = try first.track(messages, at: now)
        for message in messages.shuffled(using: &generator) { _ = try second.track([message], at: now) }
        (first.version, second.version) = (1, 1)
        #expect(first == second, "seed \(seed)")
    }

    @Test("a lost parcel is asked for until it was quiet for sixty days")
    func lost() throws {
        let shipment = try Examples.shipment(in: .lost)
        let news = shipment.newsAt
        #expect(shipment.isAsked(at: news.adding(seconds: 59 * 86_400)))
        #expect(!shipment.isAsked(at: news.adding(seconds: 61 * 86_400)))
    }
}
