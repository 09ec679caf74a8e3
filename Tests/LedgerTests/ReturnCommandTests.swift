import Testing
import Trading

@testable import Ledger

@Suite("Returns in stages in the ledger")
struct ReturnCommandTests {
    private static func request(_ order: ID<Order>, _ quantity: Int64) -> RequestReturn {
        RequestReturn(order: order, lines: [LineQuantity(line: 1, quantity: quantity)], reason: "too small")
    }

    private static func takeBack(_ order: ID<Order>, _ quantity: Int64) -> TakeBack {
        let line = ReturnRequestLine(line: 1, quantity: quantity, disposition: .restock)
        return TakeBack(order: order, lines: [line], reason: "broken")
    }

    private func shipped(_ shop: TestShop) async throws -> ID<Order> {
        try await shop.stock(["MUG": 5])
        let order = try await shop.paid([("MUG", 3)]).id
        try await shop.run(ChangeOrder(order, .fulfil(nil)))
        return order
    }

    @Test("units come back, are inspected, put away and credited; never twice", arguments: EngineKind.allCases)
    func stages(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let order = try await shipped(shop)
            let before = try await shop.order(order)
            let taken = try await shop.run(Self.request(order, 2))
            #expect(try await shop.order(order) == before)
            try await shop.expect(.tooMany(index: 0, line: 1, left: 1), of: Self.request(order, 2))
            try await shop.expect(.tooMany(index: 0, line: 1, left: 1), of: Self.takeBack(order, 2))
            try await shop.expect(.wrongStage(.requested), of: ChangeReturn(taken.id, .inspect(nil)))
            try await shop.run(ChangeReturn(taken.id, .receive))
            #expect(try await shop.level("MUG")?.onHand == 2, "what was not inspected cannot be sold")
            let items = [
                ReturnRequestLine(line: 1, quantity: 1, disposition: .restock),
                ReturnRequestLine(line: 1, quantity: 1, disposition: .writeOff),
            ]
            let done = try await shop.run(ChangeReturn(taken.id, .inspect(items)))
            #expect(done.stage == .inspected)
            let credit = try #require(done.creditID)
            #expect(try await shop.row(CreditRow.self, credit)?.credit.amount == Money(1000, .gbp))
            #expect(try await shop.level("MUG")?.onHand == 3)
            #expect(try await shop.order(order).lines[0].returned == 2)
            try await shop.expect(.tooMany(index: 0, line: 1, left: 1), of: Self.takeBack(order, 2))
            try await shop.run(Self.takeBack(order, 1))
            #expect(try await shop.row(HandlingRow.self, order)?.returns == [])
            try await shop.expectSound()
        }
    }

    @Test("a cancelled return holds nothing any more", arguments: EngineKind.allCases)
    func cancelling(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let order = try await shipped(shop)
            let taken = try await shop.run(Self.request(order, 3))
            try await shop.run(ChangeReturn(taken.id, .cancel))
            for change in [ChangeReturn.Change.receive, .inspect(nil), .cancel] {
                try await shop.expect(.wrongStage(.cancelled), of: ChangeReturn(taken.id, change))
            }
            try await shop.expect(.notFound, of: ChangeReturn(ID(high: 1, low: 1), .cancel))
            try await shop.run(Self.takeBack(order, 3))
            #expect(try await shop.rows(CreditRow.self).count == 1)
            let stages = RowQuery<ReturnRow>([Condition("stage", .equal, .text("cancelled"))], limit: 9)
            #expect(try await shop.rows(stages).map(\.key) == [taken.id])
            try await shop.expectSound()
        }
    }

    @Test("a return that is taken at once is written as it always was")
    func atOnce() async throws {
        try await TestShop.open(.memory) { shop in
            let order = try await shipped(shop)
            let taken = try await shop.run(Self.takeBack(order, 1))
            let text = String(decoding: taken.document, as: UTF8.self)
            #expect(!text.contains("stage") && !text.contains("history"))
            #expect(text.contains(#""creditId":"crd_"#) && text.contains(#""disposition":"restock""#))
        }
    }

    @Test("units of a product that is no longer in the catalogue are written off", arguments: EngineKind.allCases)
    func productGone(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let order = try await shop.paid([("MUG", 3)]).id
            try await shop.run(ChangeOrder(order, .fulfil(nil)))
            let sku = SKU(stored: "MUG")
            try await shop.run(DeleteProduct(sku))
            try await shop.expect(.productGone(index: 0, sku: sku), of: Self.takeBack(order, 1))
            let taken = try await shop.run(Self.request(order, 2)).id
            try await shop.run(ChangeReturn(taken, .receive))
            try await shop.expect(.productGone(index: 0, sku: sku), of: ChangeReturn(taken, .inspect(nil)))
            let off = ReturnRequestLine(line: 1, quantity: 2, disposition: .writeOff)
            try await shop.run(ChangeReturn(taken, .inspect([off])))
            #expect(try await shop.level("MUG")?.onHand == 0)
            try await shop.expectSound()
        }
    }
}
