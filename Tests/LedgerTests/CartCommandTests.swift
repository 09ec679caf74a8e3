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
                    bounds: CartBounds(lifetimeSeconds: 60),
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

    @Test(
        "a guest's cart has fewer lines, and is kept for less long until it is a customer's",
        arguments: EngineKind.allCases
    )
    func guests(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let bounds = CartBounds(lines: 2, lifetimeSeconds: 100, guestSeconds: 10)
            let skus = ["A", "B", "C"].map { SKU(stored: $0) }
            try await shop.run(PutProducts(["A", "B", "C"].map { TestShop.product($0) }))
            func create(_ skus: [SKU]) -> CreateCart {
                let lines = skus.map { CartLine(sku: $0, quantity: 1) }
                return CreateCart(currency: .gbp, customer: nil, lines: lines, bounds: bounds)
            }
            try await shop.expect(.tooManyLines(limit: 2), of: create(skus))
            let cart = try await shop.run(create(Array(skus[..<2])))
            #expect(cart.expiresAt == shop.clock.now.adding(seconds: 10))
            let other = try await shop.run(create(Array(skus[1...]))).id
            try await shop.expect(.tooManyLines(limit: 2), of: ChangeCart(cart.id, .add(skus[2], 1), bounds: bounds))
            try await shop.expect(.tooManyLines(limit: 2), of: ChangeCart(cart.id, .set(skus[2], 1), bounds: bounds))
            try await shop.expect(.tooManyLines(limit: 2), of: ChangeCart(cart.id, .merge(other), bounds: bounds))
            let buyer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com"))).id
            let own = Authority.customer(buyer)
            let assigned = try await shop.run(ChangeCart(cart.id, .assign(buyer), bounds: bounds, authority: own))
            #expect(assigned.expiresAt == shop.clock.now.adding(seconds: 100))
        }
    }

    @Test(
        "a request for a cart that is sent again is answered by the cart as it is, and keeps no copy of it",
        arguments: EngineKind.allCases
    )
    func again(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let skus = (0..<100).map { SKU(stored: "S\($0)" + String(repeating: "x", count: 60)) }
            try await shop.run(PutProducts(skus.map { TestShop.product($0.description) }))
            let create = CreateCart(
                currency: .gbp,
                customer: nil,
                lines: skus.map { CartLine(sku: $0, quantity: 1) },
                bounds: CartBounds(lifetimeSeconds: 60)
            )
            let cart = try await shop.run(create, key: .test(1))
            let add = ChangeCart(cart.id, .add(skus[0], 1), bounds: CartBounds(lifetimeSeconds: 60))
            let changed = try await shop.run(add, key: .test(2))
            for row in try await shop.rows(IdempotencyRow.self) {
                #expect(row.receipt.count + (row.erasure?.receipt.count ?? 0) < 64)
            }
            #expect(try await shop.run(create, key: .test(1)) == changed)
            #expect(try await shop.run(add, key: .test(2)) == changed)
            shop.clock.advance(seconds: 60)
            for isPruned in [false, true] {
                if isPruned { try await shop.run(Prune(idempotency: ([], .earliest), carts: [cart.id], events: [])) }
                do throws(CommitError<CartRefusal>) {
                    _ = try await shop.committer.submit(create, key: .test(1))
                    Issue.record("the cart is gone")
                } catch {
                    guard case .refused(.notFound) = error else { throw error }
                }
            }
        }
    }

    @Test(
        "a cart of which the sum cannot be counted is refused, and what is too much can be taken out",
        arguments: EngineKind.allCases
    )
    func uncountable(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let (gold, mug) = (SKU(stored: "GOLD"), SKU(stored: "MUG"))
            try await shop.run(
                PutProducts([TestShop.product("GOLD", price: OrderLimits.maxAmount), TestShop.product("MUG")])
            )
            let bounds = CartBounds(lifetimeSeconds: 60)
            func create(_ lines: [(SKU, Int64)]) -> CreateCart {
                let lines = lines.map { CartLine(sku: $0.0, quantity: $0.1) }
                return CreateCart(currency: .gbp, customer: nil, lines: lines, bounds: bounds)
            }
            try await shop.expect(.amountTooLarge, of: create([(gold, 1_000_000)]))
            try await shop.expect(.amountTooLarge, of: create([(gold, 2)]))
            try await shop.expect(.amountTooLarge, of: create([(gold, 1), (mug, 1)]))
            let cart = try await shop.run(create([(gold, 1)])).id
            for change in [
                ChangeCart.Change.add(gold, 1), .set(mug, 1), .merge(try await shop.run(create([(mug, 1)])).id),
            ] {
                try await shop.expect(.amountTooLarge, of: ChangeCart(cart, change, bounds: bounds))
            }
            try await shop.run(ChangeCart(cart, .set(gold, 0), bounds: bounds))
            let mugs = try await shop.run(create([(mug, 1_000_000)])).id
            try await shop.run(PutProducts([TestShop.product("MUG", price: OrderLimits.maxAmount)]))
            try await shop.expect(.amountTooLarge, of: ChangeCart(mugs, .set(mug, 2), bounds: bounds))
            #expect(try await shop.run(ChangeCart(mugs, .set(mug, 0), bounds: bounds)).lines.isEmpty)
        }
    }

    @Test("each line of a new cart that is refused is told", arguments: EngineKind.allCases)
    func everyFault(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([TestShop.product("MUG")]))
            let lines = [("X", 1), ("MUG", 1), ("Y", 1), ("MUG", 1_000_000)]
            let create = CreateCart(
                currency: .gbp,
                customer: nil,
                lines: lines.map { CartLine(sku: SKU(stored: $0.0), quantity: Int64($0.1)) },
                bounds: CartBounds(lifetimeSeconds: 60)
            )
            let reasons: [CartRefusal] = [
                .unknownProduct(index: 0, sku: SKU(stored: "X")), .unknownProduct(index: 2, sku: SKU(stored: "Y")),
                .quantityOutOfRange(index: 3),
            ]
            try await shop.expect(.several(reasons), of: create)
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
                    CreateCart(currency: currency, customer: nil, lines: lines, bounds: CartBounds(lifetimeSeconds: 60))
                ).id
            }
            func change(_ id: ID<Cart>, _ change: ChangeCart.Change, version: Int64? = nil) -> ChangeCart {
                ChangeCart(
                    id,
                    change,
                    expectedVersion: version,
                    bounds: CartBounds(lifetimeSeconds: 60),
                    authority: .shop
                )
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
            // A product that is no longer sold can still be removed from a cart.
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
            // A customer's own address in another case is no conflict, and an address that was given up is free.
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
