import Testing
import Trading

@testable import Ledger

@Suite("Refused changes of carts and customers change nothing")
struct CartCommandTests {
    private static let mug = SKU(stored: "MUG")
    private static let old = SKU(stored: "OLD")

    @Test("a cart is not made for nobody, of nothing known, or beyond its limits", arguments: EngineKind.allCases)
    func creating(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 0])
            try await shop.run(PutProducts([TestShop.product("OLD", active: false)]))
            let gone = try await shop.run(PutCustomer(CustomerDetails(email: "gone@example.com"))).id
            try await shop.run(EraseCustomer(gone))
            func create(_ customer: ID<Customer>?, _ lines: [(SKU, Int64)]) -> CreateCart {
                CreateCart(
                    currency: .gbp,
                    customer: customer,
                    lines: lines.map { CartLine(sku: $0.0, quantity: $0.1) },
                    lifetimeSeconds: 60,
                    authority: .shop
                )
            }
            try await shop.expect(.customerNotFound, of: create(ID(high: 1, low: 1), [(Self.old, 0)]))
            try await shop.expect(.customerNotFound, of: create(gone, []))
            try await shop.expect(
                .unknownProduct(index: 1, sku: Self.old),
                of: create(nil, [(Self.mug, 1), (Self.old, 0)])
            )
            try await shop.expect(.quantityOutOfRange(index: 0), of: create(nil, [(Self.mug, 0)]))
            try await shop.expect(
                .quantityOutOfRange(index: 1),
                of: create(nil, [(Self.mug, 1), (Self.mug, 1_000_000)])
            )
            let products = (0...OrderLimits.maxCartLines).map { TestShop.product("S\($0)") }
            try await shop.run(PutProducts(products))
            try await shop.expect(.tooManyLines(limit: 500), of: create(nil, products.map { ($0.sku, 1) }))
        }
    }

    @Test("a cart is changed in the order of precedence", arguments: EngineKind.allCases)
    func changing(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            try await shop.run(PutProducts([TestShop.product("OLD", active: false)]))
            func cart(_ currency: Currency = .gbp) async throws -> ID<Cart> {
                let lines = [CartLine(sku: Self.mug, quantity: 1)]
                return try await shop.run(
                    CreateCart(currency: currency, customer: nil, lines: lines, lifetimeSeconds: 60)
                ).id
            }
            func change(_ id: ID<Cart>, _ change: ChangeCart.Change, version: Int64? = nil) -> ChangeCart {
                ChangeCart(id, change, expectedVersion: version, lifetimeSeconds: 60, authority: .shop)
            }
            let id = try await cart()
            let missing = ID<Cart>(high: 1, low: 1)
            try await shop.expect(.notFound, of: change(missing, .set(Self.old, -1), version: 9))
            let merged = try await cart()
            try await shop.run(change(id, .merge(merged)))
            try await shop.expect(.closed(.merged), of: change(merged, .set(Self.old, -1), version: 9))
            try await shop.expect(.versionConflict(current: 2), of: change(id, .set(Self.old, -1), version: 1))
            try await shop.expect(.versionConflict(current: 2), of: change(id, .merge(missing), version: 1))
            let euros = try await cart(.eur)
            for other in [missing, id, merged, euros] {
                try await shop.expect(.cannotMerge, of: change(id, .merge(other), version: 2))
            }
            try await shop.expect(.customerNotFound, of: change(id, .assign(ID(high: 1, low: 1))))
            try await shop.expect(.unknownProduct(index: 0, sku: Self.old), of: change(id, .set(Self.old, -1)))
            try await shop.expect(.unknownProduct(index: 0, sku: Self.old), of: change(id, .add(Self.old, 0)))
            try await shop.expect(.quantityOutOfRange(index: 0), of: change(id, .set(Self.mug, -1)))
            try await shop.expect(.quantityOutOfRange(index: 0), of: change(id, .add(Self.mug, 1_000_000)))
            // What is not sold any more can still be taken out.
            #expect(try await shop.run(change(id, .set(Self.old, 0), version: 2)).version == 3)
            let other = try await cart()
            shop.clock.advance(seconds: 59)
            try await shop.run(change(id, .set(Self.mug, 4)))
            shop.clock.advance(seconds: 1)
            try await shop.expect(.notFound, of: change(other, .set(Self.mug, 1)))
            try await shop.expect(.cannotMerge, of: change(id, .merge(other)))
            try await shop.expect(.closed(.merged), of: change(merged, .set(Self.mug, 1)))
            let order = try await shop.run(PlaceOrder(source: .cart(id), holdSeconds: 1)).order
            #expect(order.lines.map(\.quantity) == [4])
            try await shop.expect(.closed(.ordered), of: change(id, .set(Self.mug, 1)))
        }
    }

    @Test(
        "a customer is put on file in the order of precedence, and an address belongs to one",
        arguments: EngineKind.allCases
    )
    func customers(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let first = try await shop.run(PutCustomer(CustomerDetails(email: "A@example.com")))
            let second = try await shop.run(PutCustomer(CustomerDetails(email: "b@example.com")))
            let taken = CustomerDetails(email: "a@EXAMPLE.com")
            try await shop.expect(.emailTaken, of: PutCustomer(taken))
            try await shop.expect(.notFound, of: PutCustomer(id: ID(high: 1, low: 1), taken, expectedVersion: 9))
            try await shop.expect(.notFound, of: EraseCustomer(ID(high: 1, low: 1)))
            try await shop.expect(
                .versionConflict(current: 1),
                of: PutCustomer(id: second.id, taken, expectedVersion: 9)
            )
            try await shop.expect(.emailTaken, of: PutCustomer(id: second.id, taken, expectedVersion: 1))
            // One's own address in another case is no conflict, and an address that was given up is free.
            #expect(try await shop.run(PutCustomer(id: first.id, taken)).email == "a@EXAMPLE.com")
            try await shop.run(PutCustomer(id: first.id, CustomerDetails(email: "c@example.com"), expectedVersion: 2))
            try await shop.run(PutCustomer(id: second.id, taken))
            let erased = try await shop.run(EraseCustomer(second.id))
            #expect(erased.email == nil && erased.erasedAt == shop.clock.now)
            let again = CustomerDetails(email: "c@example.com")
            try await shop.expect(.erased, of: PutCustomer(id: second.id, again, expectedVersion: 9))
            let before = try await shop.dump()
            shop.clock.advance(seconds: 1)
            #expect(try await shop.run(EraseCustomer(second.id)) == erased)
            #expect(try await shop.dump() == before)
            try await shop.run(PutCustomer(taken))
            #expect(try await shop.rows(EmailRow.self).map(\.key) == ["a@example.com", "c@example.com"])
        }
    }
}
