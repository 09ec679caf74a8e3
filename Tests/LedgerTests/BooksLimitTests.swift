import Testing
import Trading

@testable import Ledger

@Suite("Books that cannot be counted further")
struct BooksLimitTests {
    private static let most = Money(OrderLimits.maxAmount, .gbp)

    private func adjust(_ amount: Money) -> GiveCredit {
        GiveCredit(kind: .adjustment, amount: amount, reason: "r")
    }

    private func isFull<C: IdempotentCommand>(_ shop: TestShop, _ command: C) async throws -> Bool {
        let before = try await shop.dump()
        do throws(CommitError<C.Refusal>) {
            _ = try await shop.committer.submit(command, key: .test(77))
            return false
        } catch {
            guard case .booksFull(let key) = error else { throw error }
            #expect(key.currency == .gbp)
            let changes = try await shop.dump().changes(since: before)
            #expect(changes == [], "a refusal changed something")
            return true
        }
    }

    @Test("what would carry an account beyond 2^62 is refused whole, and what brings it back is not")
    func limit() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["GOLD": 9], price: OrderLimits.maxAmount)
            let order = try await shop.run(
                PlaceOrder(
                    source: .lines([OrderRequestLine(sku: SKU(stored: "GOLD"), quantity: 1)], .gbp),
                    ceiling: .none,
                    holdSeconds: 900
                )
            ).order.id
            for _ in 0..<512 { try await shop.run(adjust(Self.most)) }
            #expect(try await isFull(shop, adjust(Self.most)))
            #expect(try await shop.balance(.adjustments) == 512 * OrderLimits.maxAmount)
            // The customer owes what the adjustments gave away, so a sale restores that account.
            try await shop.run(ChangeOrder(order, .pay(reason: nil)))
            try await shop.run(adjust(Money(-5, .gbp)))
            try await shop.expectBooks()
        }
    }

    @Test("what a provider did is written down where nothing new is taken any more")
    func facts() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 9])
            let order = try await shop.placeByCard().id
            for _ in 0..<512 { try await shop.run(adjust(Money(-OrderLimits.maxAmount, .gbp))) }
            #expect(try await isFull(shop, adjust(Money(-OrderLimits.maxAmount, .gbp))))
            try await shop.answer(order, .done(TestShop.proof))
            #expect(try await shop.order(order).state == .confirmed)
            try await shop.expectBooks()
        }
    }

    @Test("an order beyond the shop's bound is refused", arguments: EngineKind.allCases)
    func ceiling(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["GOLD": 9], price: 1_000_000_000_000)
            try await shop.expect(
                .totalTooLarge(ceiling: Money(1_000_000_000_000, .gbp)),
                of: TestShop.wish([("GOLD", 2)])
            )
            try await shop.run(TestShop.wish([("GOLD", 1)]))
        }
    }
}
