import Ledger
import Providers
import Testing
import Trading

@testable import Components

@Suite("The delivery desk and carriers that fail")
struct CarrierDeskTests {
    @Test("a carrier that is away for an hour delays its own parcels alone, and they drain in order")
    func outage() async throws {
        let (away, well) = (ScriptedCarrier("away"), ScriptedCarrier("well"))
        let shop = try await DeliveryShop([away, well])
        away.be(.away)
        var waiting: [ID<Shipment>] = []
        for _ in 0..<30 {
            waiting.append(try await shop.parcel(by: "away"))
            _ = try await shop.parcel(by: "well")
        }
        try await shop.pass(seconds: 30)
        #expect(well.shipments.count == 30)
        #expect(away.shipments.isEmpty)
        try await shop.pass(seconds: 3600, step: 5)
        #expect(away.calls < 300, "it is let be while it is away")
        #expect(away.shipments.isEmpty)
        let order = try await shop.tasks(.bookShipment).filter { waiting.contains(ID($0.key.subject)) }
            .sorted { ($0.due, $0.key.subject) < ($1.due, $1.key.subject) }
        #expect(order.count == 30)
        away.be(.well)
        // The breaker's pause ends and a probe call succeeds; each parcel then waits for at most its own retry delay.
        try await shop.pass(seconds: 180)
        #expect(away.shipments == order.map { ID<Shipment>($0.key.subject).description }, "the longest due first")
        for id in waiting { #expect(try await shop.shipment(id).state == .booked) }
    }

    @Test("answers that are lost are asked for again by the same key: one booking for each parcel")
    func lostAnswers() async throws {
        let carrier = ScriptedCarrier("lossy")
        let shop = try await DeliveryShop([carrier])
        carrier.be(.losesAnswers)
        var parcels: [ID<Shipment>] = []
        for _ in 0..<20 { parcels.append(try await shop.parcel(by: "lossy")) }
        try await shop.pass(seconds: 300)
        #expect(carrier.active.count == 20)
        #expect(Set(carrier.shipments).count == 20)
        for id in parcels {
            let shipment = try await shop.shipment(id)
            #expect(shipment.state == .booked)
            #expect(shipment.operations.allSatisfy { $0.state == .done })
        }
    }

    @Test("a parcel that is cancelled while its booking is unknown leaves nothing at the carrier")
    func cancelledUnknown() async throws {
        let carrier = ScriptedCarrier("lossy")
        let shop = try await DeliveryShop([carrier])
        carrier.be(.losesAnswers)
        let id = try await shop.parcel(by: "lossy")
        try await shop.pass(seconds: 1)
        #expect(carrier.active.count == 1)
        _ = try await shop.shop.committer.submit(CancelShipment(id))
        carrier.be(.well)
        try await shop.pass(seconds: 60)
        #expect(carrier.active.isEmpty)
        #expect(try await shop.shipment(id).operations.map(\.state) == [.done, .done])
    }

    @Test("news that comes twice and backwards takes parcels to the door and closes their orders")
    func tracking() async throws {
        let carrier = ScriptedCarrier("well")
        let shop = try await DeliveryShop([carrier])
        let order = try await shop.order(2)
        let id = try await shop.shop.committer.submit(CreateShipment(order: order, carrier: "well")).outcome.id
        try await shop.pass(seconds: 3)
        #expect(try await shop.shipment(id).call(.label) == nil)
        _ = try await shop.shop.committer.submit(HandOver(id))
        let way: [(TrackingCode, Int64)] = [(.inTransit, 10), (.outForDelivery, 20), (.delivered, 30)]
        for (code, seconds) in way {
            carrier.happen(code, to: id.description, at: shop.now.adding(seconds: seconds))
        }
        try await shop.pass(seconds: 200)
        let shipment = try await shop.shipment(id)
        #expect(shipment.state == .delivered)
        #expect(shipment.events.map(\.code) == [.inTransit, .outForDelivery, .delivered])
        #expect(try await shop.state(of: order) == .completed)
        let calls = carrier.calls
        try await shop.pass(seconds: 2000, step: 10)
        #expect(carrier.calls == calls, "nobody asks for a parcel that arrived")
    }

    @Test("a carrier that refuses is asked once, and the parcel waits for people")
    func refused() async throws {
        let carrier = ScriptedCarrier("strict")
        let shop = try await DeliveryShop([carrier])
        carrier.be(.refuses)
        let id = try await shop.parcel(by: "strict")
        try await shop.pass(seconds: 300, step: 5)
        #expect(carrier.calls == 1)
        let shipment = try await shop.shipment(id)
        #expect(shipment.state == .packed)
        #expect(shipment.operation(.book)?.code == "bad_address")
    }

    @Test("a desk finds its own tasks behind any number of another carrier's")
    func behindOthers() async throws {
        let (own, other) = (ScriptedCarrier("own"), ScriptedCarrier("other"))
        let shop = try await DeliveryShop([own, other])
        for _ in 0..<300 { _ = try await shop.parcel(by: "other") }
        let id = try await shop.parcel(by: "own")
        let desk = shop.desks[0]
        let due = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in try desk.due(view, 4) }
        #expect(due.map(\.subject) == [id.bits])
    }

    @Test("tasks that a release without lanes made are found by the desk of their own carrier")
    func withoutLane() async throws {
        let (own, other) = (ScriptedCarrier("own"), ScriptedCarrier("other"))
        let shop = try await DeliveryShop([own, other])
        let id = try await shop.parcel(by: "own")
        for parcel in [id, try await shop.parcel(by: "other")] {
            _ = try await shop.shop.committer.submit(ForgetLane(task: TaskRow.Key(.bookShipment, parcel.bits)))
        }
        let desk = shop.desks[0]
        let due = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in try desk.due(view, 4) }
        #expect(due.map(\.subject) == [id.bits])
    }

    @Test("a carrier that is not reached three times in a row is let be, and then probed by one call")
    func lane() {
        var lane = CarrierLane()
        let start = Timestamp(milliseconds: 0)
        var places = lane.take(8, probeSeconds: 40, at: start)
        #expect(places == 8)
        for _ in 0..<2 { lane.ended(reached: false, at: start) }
        places = lane.take(8, probeSeconds: 40, at: start)
        #expect(places == 8 && lane.isOpen)
        lane.ended(reached: false, at: start)
        #expect(!lane.isOpen)
        places = lane.take(8, probeSeconds: 40, at: start)
        #expect(places == 0)
        let later = start.adding(seconds: 1)
        places = lane.take(8, probeSeconds: 40, at: later)
        #expect(places == 1)
        places = lane.take(8, probeSeconds: 40, at: later)
        #expect(places == 0, "one probe at a time")
        for _ in 0..<20 { lane.ended(reached: false, at: later) }
        places = lane.take(8, probeSeconds: 40, at: later.adding(seconds: CarrierLane.mostSeconds - 1))
        #expect(places == 0)
        lane.ended(reached: true, at: later)
        places = lane.take(8, probeSeconds: 40, at: later)
        #expect(places == 8)
        lane.ended(reached: false, retryAfterSeconds: 5, at: later)
        places = lane.take(8, probeSeconds: 40, at: later.adding(seconds: 4))
        #expect(places == 0, "it said when")
        places = lane.take(8, probeSeconds: 40, at: later.adding(seconds: 5))
        #expect(places == 1)
    }
}

/// Leaves a task as a release without lanes would have made it.
private struct ForgetLane: Command {
    static let name = "forgetLane"
    let task: TaskRow.Key

    func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard let row = set.tasks.get(task) else { return false }
        set.tasks.put(TaskRow(task, due: row.due, epoch: row.epoch, lane: TaskRow.unknownLane))
        return true
    }
}
