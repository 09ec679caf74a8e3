import Testing
import Trading

@testable import Ledger

@Suite("A ledger that was away")
struct AbsenceTests {
    /// Has servers write canaries for some seconds.
    private func open(_ shop: TestShop, seconds: Int64) async throws {
        for _ in 0..<seconds / 4 {
            shop.clock.advance(seconds: 4)
            try await shop.run(WriteCanary())
        }
    }

    @Test("lets nothing expire before it has been back for as long", arguments: EngineKind.allCases)
    func putOff(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            try await shop.run(WriteCanary())
            // Held for 900 s each.
            let order = try await shop.place([("MUG", 1)])
            try await open(shop, seconds: 400)
            // Away for 600 s; the first thing after that is the look for what has expired.
            shop.clock.advance(seconds: 600)
            #expect(try await shop.dueOrders() == [order.id])
            #expect(try await !shop.run(ExpireOrder(order.id)))
            try await open(shop, seconds: 500)
            #expect(try await !shop.run(ExpireOrder(order.id)))
            try await open(shop, seconds: 120)
            #expect(try await shop.run(ExpireOrder(order.id)))
            #expect(try await shop.level("MUG") == StockLevel(onHand: 5, reserved: 0))
        }
    }

    @Test("puts off for an hour at most, and two absences for both")
    func bounded() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 5])
            try await shop.run(WriteCanary())
            let order = try await shop.place([("MUG", 1)])
            shop.clock.advance(seconds: 86_400)
            try await shop.run(WriteCanary())
            try await open(shop, seconds: 3000)
            shop.clock.advance(seconds: 300)
            try await shop.run(WriteCanary())
            // 300 s are left of the first, and 300 s are those of the second.
            try await open(shop, seconds: 592)
            #expect(try await !shop.run(ExpireOrder(order.id)))
            try await open(shop, seconds: 16)
            #expect(try await shop.run(ExpireOrder(order.id)))
        }
    }

    @Test("does not keep a shop without an absence from letting reservations expire")
    func noAbsence() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 5])
            try await shop.run(WriteCanary())
            let order = try await shop.place([("MUG", 1)])
            try await open(shop, seconds: 904)
            #expect(try await shop.run(ExpireOrder(order.id)))
        }
    }
}
