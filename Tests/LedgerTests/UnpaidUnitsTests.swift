import Ledger
import Testing
import Trading

@Suite("What clients without a key hold unpaid")
struct UnpaidUnitsTests {
    private static let mug = SKU(stored: "MUG")
    private static let limits = UnpaidLimits(unitsOfClient: 10, shareOfSKU: 50)

    private static func wish(
        _ units: Int64,
        of sku: String = "MUG",
        address: Int64? = 1,
        buyer: Int64? = nil,
        _ payment: PaymentChoice = .manual,
        limits: UnpaidLimits = limits
    ) -> PlaceOrder {
        PlaceOrder(
            source: .lines([OrderRequestLine(sku: SKU(stored: sku), quantity: units)], .gbp),
            payment: payment,
            terms: PaymentTerms(routing: TestShop.routing, cashOnDelivery: true),
            holdSeconds: 900,
            client: UnpaidClient(address: address, buyer: buyer),
            limits: limits
        )
    }

    /// Expects that the counts equal what the orders add up to.
    private func expectCounts(_ shop: TestShop, _ comment: Comment? = nil) async throws {
        var expected: [UnpaidUnitsRow.Key: Int64] = [:]
        for order in try await shop.rows(OrderRow.self).map(\.order) where order.isHeldUnpaid {
            guard let client = order.client else { continue }
            let units = order.heldUnits
            for (sku, units) in units { expected[UnpaidUnitsRow.Key(sku), default: 0] += units }
            let total = max(1, units.values.reduce(0, +))
            for key in client.keys { expected[UnpaidUnitsRow.Key(client: key), default: 0] += total }
        }
        let kept = try await shop.rows(UnpaidUnitsRow.self)
        #expect(Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.units) }) == expected, comment)
    }

    @Test("one client holds so many units and no more, by address and by buyer alike", arguments: EngineKind.allCases)
    func client(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 1000, "TEA": 1000])
            try await shop.run(Self.wish(6, buyer: 7))
            try await shop.run(Self.wish(4, of: "TEA"))
            try await shop.expect(.tooMuchUnpaid(limit: 10, held: 10), of: Self.wish(1, of: "TEA"))
            try await shop.expect(.tooMuchUnpaid(limit: 10, held: 6), of: Self.wish(5, address: 2, buyer: 7))
            try await shop.run(Self.wish(4, address: 2, buyer: 7))
            try await shop.expect(.tooMuchUnpaid(limit: 10, held: 10), of: Self.wish(1, address: nil, buyer: 7))
            // The shop itself, and a client that pays at once, may hold any number of units.
            _ = try await shop.place([("MUG", 100)])
            let card = try await shop.run(
                IssueGiftCard(ID(high: 1, low: 1), amount: Money(50_000, .gbp), funding: .given, reference: nil)
            ).id
            try await shop.run(Self.wish(20, .giftCard(card)))
            try await expectCounts(shop)
        }
    }

    @Test(
        "what alone is more than may ever be held is told as that, and not as a thing to wait for",
        arguments: EngineKind.allCases
    )
    func alone(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 1000, "TEA": 16])
            try await shop.expect(.beyondUnpaidLimit(limit: 10), of: Self.wish(11))
            try await shop.run(Self.wish(1))
            try await shop.expect(.beyondUnpaidLimit(limit: 10), of: Self.wish(11))
            try await shop.expect(.tooMuchUnpaid(limit: 10, held: 1), of: Self.wish(10))
            let tea = SKU(stored: "TEA")
            try await shop.expect(
                .beyondUnpaidShare(index: 0, sku: tea, most: 8),
                of: Self.wish(9, of: "TEA", address: 2)
            )
            try await shop.run(Self.wish(2, of: "TEA", address: 2))
            try await shop.expect(.heldUnpaid(index: 0, sku: tea), of: Self.wish(7, of: "TEA", address: 3))
            // A client that pays at once has no bound.
            let card = try await shop.run(
                IssueGiftCard(ID(high: 1, low: 1), amount: Money(50_000, .gbp), funding: .given, reference: nil)
            ).id
            try await shop.run(Self.wish(20, .giftCard(card)))
        }
    }

    @Test("of a SKU they hold a share of what is on hand, five units in any case", arguments: EngineKind.allCases)
    func share(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20, "TEA": 6])
            for address in 1...10 { try await shop.run(Self.wish(1, address: Int64(address))) }
            try await shop.expect(.heldUnpaid(index: 0, sku: Self.mug), of: Self.wish(1, address: 11))
            try await shop.run(Self.wish(5, of: "TEA", address: 12))
            try await shop.expect(
                .heldUnpaid(index: 0, sku: SKU(stored: "TEA")),
                of: Self.wish(1, of: "TEA", address: 13)
            )
            // The rest is for clients that pay at once and for the shop's own orders.
            _ = try await shop.place([("MUG", 10)])
            try await expectCounts(shop)
            #expect(UnpaidLimits(unitsOfClient: 1, shareOfSKU: 100).most(of: 7) == .max)
            #expect(UnpaidLimits(unitsOfClient: 1, shareOfSKU: 0).most(of: 1_000_000) == 5)
        }
    }

    @Test("units count no more once they are paid, called off, expired or gone", arguments: EngineKind.allCases)
    func release(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 1000])
            func held() async throws -> Int64 {
                try await expectCounts(shop)
                return try await shop.row(UnpaidUnitsRow.self, UnpaidUnitsRow.Key(client: 1))?.units ?? 0
            }
            let paid = try await shop.run(Self.wish(3)).order.id
            #expect(try await held() == 3)
            try await shop.run(ChangeOrder(paid, .extend(seconds: 60)))
            #expect(try await held() == 3)
            try await shop.run(ChangeOrder(paid, .pay(reason: nil)))
            #expect(try await held() == 0)
            let cancelled = try await shop.run(Self.wish(3)).order.id
            try await shop.run(ChangeOrder(cancelled, .cancel(reason: nil)))
            #expect(try await held() == 0)
            let expired = try await shop.run(Self.wish(3)).order.id
            shop.clock.advance(seconds: 900)
            try await shop.run(ExpireOrder(expired))
            #expect(try await held() == 0)
            let cash = try await shop.run(Self.wish(3, .cashOnDelivery)).order.id
            #expect(try await shop.order(cash).state == .confirmed)
            #expect(try await held() == 3)
            try await shop.run(ChangeOrder(cash, .fulfil(nil)))
            #expect(try await held() == 0)
            let card = try await shop.run(Self.wish(3, .card(token: "t", provider: nil))).order.id
            #expect(try await held() == 3)
            let payment = Payment.id(of: card, attempt: 1)
            let claim = try #require(try await shop.run(ClaimPayments([payment], seconds: 30)).first)
            let done = PaymentOutcome.done(TestShop.proof)
            try await shop.run(RecordPayment(payment, operation: claim.step.operation, done, epoch: claim.epoch))
            #expect(try await shop.order(card).paymentState == .authorised)
            #expect(try await held() == 0)
            #expect(try await shop.rows(UnpaidUnitsRow.self).isEmpty)
            // An order that no longer holds unpaid units keeps no trace of its client.
            #expect(try await shop.rows(OrderRow.self).allSatisfy { $0.order.client == nil })
        }
    }

    @Test(
        "orders of one batch are counted one after another, and a refused one not at all",
        arguments: EngineKind.allCases
    )
    func batch(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 1000])
            let order: @Sendable () async -> Void = { _ = try? await shop.run(Self.wish(4)) }
            try await shop.asOneBatch([order, order, order, order])
            #expect(try await shop.rows(OrderRow.self).count == 2)
            try await expectCounts(shop)
            try await shop.expect(
                .insufficientStock(index: 0, sku: Self.mug, requested: 5000, available: 992),
                of: Self.wish(5000)
            )
            try await expectCounts(shop)
        }
    }

    @Test(
        "an order that holds no stock counts as one unit, and one of many lines is refused",
        arguments: EngineKind.allCases
    )
    func rows(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([TestShop.product("PDF", tracked: false)]))
            for _ in 0..<10 { try await shop.run(Self.wish(100, of: "PDF")) }
            try await shop.expect(.tooMuchUnpaid(limit: 10, held: 10), of: Self.wish(1, of: "PDF"))
            let lines = Array(repeating: OrderRequestLine(sku: SKU(stored: "PDF"), quantity: 1), count: 101)
            let client = UnpaidClient(address: 3)
            let many = PlaceOrder(source: .lines(lines, .gbp), holdSeconds: 900, client: client, limits: Self.limits)
            try await shop.expect(.tooManyLines(limit: 100), of: many)
            try await shop.run(PlaceOrder(source: .lines(lines, .gbp), holdSeconds: 900))
            try await expectCounts(shop)
        }
    }
}
