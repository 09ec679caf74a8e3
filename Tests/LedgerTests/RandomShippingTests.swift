import TestSupport
import Testing
import Trading

@testable import Ledger

@Suite("Random shipping")
struct RandomShippingTests {
    @Test(
        "never ships more than was ordered, and counts arrivals as they are, the same in every engine",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) async throws {
        var dumps: [LedgerDump] = []
        for kind in EngineKind.allCases {
            try await TestShop.open(kind) { shop in
                var desk = Desk(shop: shop, generator: SeededGenerator(seed: seed))
                try await desk.open()
                for _ in 0..<6 {
                    for _ in 0..<30 { try await desk.step() }
                    try await shop.expectSound()
                    try await shop.expectParcelsSound()
                }
                #expect(desk.done > 25, "seed \(seed): a walk that goes nowhere shows nothing")
                dumps.append(try await shop.dump())
            }
        }
        #expect(dumps[0].changes(since: dumps[1]) == [], "seed \(seed)")
    }
}

/// A delivery desk and a carrier that do random actions in random order.
private struct Desk {
    let shop: TestShop
    var generator: SeededGenerator
    var orders: [ID<Order>] = []
    var parcels: [ID<Shipment>] = []
    var returns: [ID<Return>] = []
    var done = 0

    mutating func open() async throws {
        try await shop.run(PutLocation(Location(code: "b", name: "B", priority: 1)))
        for sku in ["A", "B"] {
            try await shop.stock([sku: 300], price: 100)
            try await shop.stock([sku: 100], price: 100, at: "b")
        }
        for _ in 0..<24 {
            let lines = ["A", "B", "A"].map { ($0, Int64.random(in: 1...8, using: &generator)) }
            orders.append(try await shop.paid(lines).id)
        }
    }

    mutating func step() async throws {
        shop.clock.advance(seconds: Int64.random(in: 0...90, using: &generator))
        guard let order = orders.randomElement(using: &generator) else { return }
        let parcel = parcels.randomElement(using: &generator) ?? ID(high: 1, low: 1)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0...2:
            let carrier = Bool.random(using: &generator) ? TestShop.carrier : Shipment.manualCarrier
            let place = ["main", "b"].randomElement(using: &generator)
            let create = CreateShipment(
                order: order,
                lines: lines(),
                location: Bool.random(using: &generator) ? place : nil,
                carrier: carrier
            )
            if let made = try await attempt(create) { parcels.append(made.id) }
        case 3: _ = try await attempt(CancelShipment(parcel))
        case 4: _ = try await attempt(HandOver(parcel))
        case 5: _ = try await attempt(ChangeOrder(order, .fulfil(lines())))
        case 6:
            guard Int.random(in: 0..<4, using: &generator) == 0 else { return try await work() }
            _ = try await attempt(ChangeOrder(order, .cancel(reason: nil)))
        case 7: _ = try await attempt(RecordEvents(parcel, news(), completesOrder: true))
        case 8:
            let event = "n\(Int.random(in: 0...30, using: &generator))"
            let notice = TakeCarrierNotice(carrier: TestShop.carrier, event: event, type: "t", shipment: parcel)
            _ = try await shop.run(notice)
        case 9:
            guard Bool.random(using: &generator) else { return try await moveReturn(order) }
            let code = TrackingCode.allCases.randomElement(using: &generator) ?? .lost
            _ = try await attempt(CorrectShipment(parcel, to: code, completesOrder: true))
        default: try await work()
        }
    }

    /// Does the due tasks, with any answer a carrier may give.
    private mutating func work() async throws {
        let now = shop.clock.now
        let kinds: [TaskKind] = [.bookShipment, .cancelBooking, .fetchLabel, .trackShipment, .lateShipment]
        let due = try await shop.engine.read { (view) throws(LedgerFailure) in
            try view.dueTasks(kinds, at: now, limit: 2).map(\.key)
        }
        for task in try await shop.run(ClaimTasks(due, seconds: 30)) {
            let id = ID<Shipment>(task.key.subject)
            let known: CarrierKnowledge
            switch task.key.kind {
            case .bookShipment:
                let parcel = BookedParcel(
                    reference: "bk-\(id)",
                    trackingNumber: "T",
                    estimatedDelivery: now.adding(seconds: 500)
                )
                known = .booking(answer(parcel))
            case .cancelBooking: known = .cancelling(answer(Acknowledged()))
            case .fetchLabel: known = .label(answer(ShippingLabel(mediaType: "a/b", bytes: [1])))
            case .trackShipment: known = .tracking(answer(news()))
            default:
                _ = try await attempt(MarkLate(id, epoch: task.epoch))
                continue
            }
            _ = try await attempt(TestShop.recorded(id, task.epoch, known))
        }
    }

    private mutating func moveReturn(_ order: ID<Order>) async throws {
        let line = LineQuantity(line: 1, quantity: Int64.random(in: 1...4, using: &generator))
        if let asked = try await attempt(RequestReturn(order: order, lines: [line], reason: "r")) {
            returns.append(asked.id)
        }
        guard let id = returns.randomElement(using: &generator) else { return }
        let change = [ChangeReturn.Change.receive, .inspect(nil), .cancel].randomElement(using: &generator)
        _ = try await attempt(ChangeReturn(id, change ?? .receive))
    }

    private mutating func answer<Value>(_ value: Value) -> CarrierOutcome<Value> {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: .refused(code: "no")
        case 1: .notDone(code: "connect")
        case 2: .unknown(code: "timeout")
        default: .done(value)
        }
    }

    private mutating func news() -> [TrackingEvent] {
        (0..<Int.random(in: 0...2, using: &generator)).map { _ in
            shop.event(
                TrackingCode.allCases.randomElement(using: &generator) ?? .inTransit,
                id: "e\(Int.random(in: 0...40, using: &generator))",
                after: Int64.random(in: -300...60, using: &generator)
            )
        }
    }

    private mutating func lines() -> [LineQuantity]? {
        guard Bool.random(using: &generator) else { return nil }
        let line = Int64.random(in: 1...3, using: &generator)
        return [LineQuantity(line: line, quantity: Int64.random(in: 1...4, using: &generator))]
    }

    private mutating func attempt<C: Command>(_ command: C) async throws -> C.Outcome? {
        do throws(CommitError<C.Refusal>) {
            let outcome = try await shop.committer.submit(command).outcome
            done += 1
            return outcome
        } catch {
            guard case .refused = error else { throw error }
            return nil
        }
    }
}
