import Testing
import Trading

@testable import Ledger

@Suite("A restored shop")
struct RestoreTests {
    static let id = ID<Restoration>(high: 0x019F_0000_0000_7000, low: 1)

    @Test("begins an epoch once, with an event that tells of it", arguments: EngineKind.allCases)
    func epoch(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20])
            let before = try await shop.rows(EventRow.self)
            let moment = shop.clock.now
            shop.clock.advance(seconds: 60)
            let restore = try await shop.run(
                MarkRestored(Self.id, to: moment, lost: Restoration.Loss(lastEvent: 900, orders: 7))
            )
            #expect(restore.epoch == shop.clock.now.milliseconds)
            #expect(restore.restoredTo == moment && restore.lost.orders == 7)
            #expect(restore.lastEvent == before.last?.key)
            shop.clock.advance(seconds: 60)
            let again = try await shop.run(MarkRestored(Self.id, to: shop.clock.now))
            #expect(again == restore)
            #expect(try await shop.rows(RestoreRow.self).map(\.restore) == [restore])
            let events = try await shop.rows(EventRow.self)
            let told = try #require(events.last)
            #expect(events.count == before.count + 1 && told.type == .shopRestored && told.epoch == restore.epoch)
            #expect(before.allSatisfy { $0.epoch == 0 })
            #expect(EventFilter(stored: ["order.*"]).matches(.shopRestored))
        }
    }

    @Test("two restores begin different epochs, even within one millisecond, and of what the backup knew")
    func epochs() async throws {
        try await TestShop.open(.memory) { shop in
            let moment = shop.clock.now
            let first = try await shop.run(MarkRestored(Self.id, to: moment))
            let second = try await shop.run(MarkRestored(ID(high: 2, low: 2), to: moment))
            #expect(second.epoch == first.epoch + 1)
            let known = second.epoch + 1000
            let third = try await shop.run(MarkRestored(ID(high: 3, low: 3), to: moment, lostEpoch: known))
            #expect(third.epoch == known + 1)
            let all = try await shop.rows(RestoreRow.self).map(\.restore)
            #expect(all.lastCommonEvent(with: 0) == first.lastEvent)
            #expect(all.lastCommonEvent(with: first.epoch) == second.lastEvent)
            #expect(all.lastCommonEvent(with: third.epoch) == .max)
            #expect(all.lastCommonEvent(with: 77) == nil, "an epoch of another history")
        }
    }

    @Test("new operations carry the epoch in their key; open ones keep theirs, and may have been done")
    func keys() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 20])
            let open = try await shop.placeByCard()
            let held = try await shop.placeByCard()
            try await shop.answer(held.id, .done(TestShop.proof))
            let moment = shop.clock.now
            shop.clock.advance(seconds: 3600)
            let restore = try await shop.run(MarkRestored(Self.id, to: moment))
            // Certainly never sent before the moment, but perhaps after it: so it is not dropped with its order.
            try await shop.run(ChangeOrder(open.id, .cancel(nil, reason: "r")))
            let first = try await shop.payment(open.id)
            #expect(first.operations.map(\.key) == ["\(first.id)-1"] && first.isProcessing)
            let claim = try await shop.claim(open.id)
            #expect(claim.step == .send(0) && claim.payment.operations[0].firstTriedAt == moment)
            // A shop without carriers has none to search.
            try await shop.run(RecordSearch(restore.epoch, at: nil, of: ["payments/first"]))
            try await shop.run(ChangeOrder(held.id, .fulfil(nil)))
            let second = try await shop.payment(held.id)
            #expect(second.operations.map(\.key) == ["\(second.id)-1", "\(second.id)-\(restore.epoch)-2"])
            let new = try await shop.placeByCard()
            let third = try await shop.payment(new.id)
            #expect(third.operations.map(\.key) == ["\(third.id)-\(restore.epoch)-1"])
            #expect(third.operations[0].unresolved == 0)
        }
    }

    @Test("an operation that was open at a moment long ago is looked up, not sent")
    func old() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 20])
            let order = try await shop.placeByCard()
            let moment = shop.clock.now
            shop.clock.advance(seconds: 86_400)
            try await shop.run(MarkRestored(Self.id, to: moment))
            #expect(try await shop.claim(order.id).step == .find(0))
        }
    }
}
