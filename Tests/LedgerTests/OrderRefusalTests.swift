import Testing
import Trading

@testable import Ledger

@Suite("Refused orders change nothing")
struct OrderRefusalTests {
    private static let mug = SKU(stored: "MUG")

    @Test("an order of lines is refused in the order of precedence", arguments: EngineKind.allCases)
    func placing(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3, "GOLD": 3])
            try await shop.run(
                PutProducts([
                    TestShop.product("OLD", active: false), TestShop.product("GOLD", price: OrderLimits.maxAmount),
                ])
            )
            let gone = try await shop.run(PutCustomer(CustomerDetails(email: "gone@example.com")))
            try await shop.run(EraseCustomer(gone.id))
            let cases: [(PlaceOrder, PlaceOrderRefusal)] = [
                (TestShop.wish([], customer: OrderCustomer(id: ID(high: 1, low: 1))), .customerNotFound),
                (TestShop.wish([], customer: OrderCustomer(id: gone.id)), .customerNotFound),
                (TestShop.wish([], expectedTotal: Money(1, .gbp)), .noLines),
                (TestShop.wish(Array(repeating: ("NONE", 0), count: 2001)), .tooManyLines(limit: 2000)),
                (TestShop.wish([("MUG", 1), ("NONE", 0)]), .quantityOutOfRange(index: 1)),
                (TestShop.wish([("NONE", 1)]), .unknownProduct(index: 0, sku: SKU(stored: "NONE"))),
                (TestShop.wish([("OLD", 1)]), .inactiveProduct(index: 0, sku: SKU(stored: "OLD"))),
                (
                    PlaceOrder(
                        source: .lines([OrderRequestLine(sku: Self.mug, quantity: 9, unitPrice: Money(1, .eur))], .gbp),
                        holdSeconds: 1
                    ), .priceCurrency(index: 0)
                ),
                (
                    PlaceOrder(source: .lines([OrderRequestLine(sku: Self.mug, quantity: 9)], .eur), holdSeconds: 1),
                    .noPrice(index: 0, sku: Self.mug, currency: .eur)
                ),
                (TestShop.wish([("GOLD", 9)], expectedTotal: Money(1, .gbp)), .amountTooLarge),
                (TestShop.wish([("MUG", 9)], expectedTotal: Money(1, .gbp)), .totalChanged(actual: Money(4500, .gbp))),
                (TestShop.wish([("MUG", 4)]), .insufficientStock(index: 0, sku: Self.mug, requested: 4, available: 3)),
                (
                    TestShop.wish([("MUG", 2), ("MUG", 2)]),
                    .insufficientStock(index: 1, sku: Self.mug, requested: 2, available: 1)
                ),
            ]
            for (command, refusal) in cases { try await shop.expect(refusal, of: command) }
        }
    }

    @Test("a cart becomes one order at most, and not once its time is over", arguments: EngineKind.allCases)
    func carts(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let buyer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com")))
            let unknown = OrderCustomer(id: ID(high: 1, low: 1))
            func order(_ cart: ID<Cart>, customer: OrderCustomer? = nil) -> PlaceOrder {
                PlaceOrder(source: .cart(cart), customer: customer, holdSeconds: 900, authority: .shop)
            }
            func cart(_ lines: [(String, Int64)], customer: ID<Customer>? = nil) async throws -> ID<Cart> {
                let lines = lines.map { CartLine(sku: SKU(stored: $0.0), quantity: $0.1) }
                return try await shop.run(
                    CreateCart(
                        currency: .gbp,
                        customer: customer,
                        lines: lines,
                        bounds: CartBounds(lifetimeSeconds: 60),
                        authority: .shop
                    )
                ).id
            }
            try await shop.expect(.cartNotFound, of: order(ID(high: 1, low: 1), customer: unknown))
            let ordered = try await cart([("MUG", 2)], customer: buyer.id)
            let placed = try await shop.run(order(ordered)).order
            #expect(placed.cart == ordered)
            #expect(placed.customer == OrderCustomer(id: buyer.id))
            #expect(try await shop.row(CartRow.self, ordered)?.cart.order == placed.id)
            try await shop.expect(.cartClosed(order: placed.id), of: order(ordered, customer: unknown))
            let merged = try await cart([("MUG", 1)])
            let target = try await cart([])
            try await shop.run(ChangeCart(target, .merge(merged), bounds: CartBounds(lifetimeSeconds: 60)))
            try await shop.expect(.cartClosed(order: nil), of: order(merged))
            let empty = try await cart([])
            try await shop.expect(.customerNotFound, of: order(empty, customer: unknown))
            try await shop.expect(.noLines, of: order(empty))
            let large = try await cart([("MUG", 2)])
            try await shop.expect(
                .insufficientStock(index: 0, sku: Self.mug, requested: 2, available: 1),
                of: order(large)
            )
            shop.clock.advance(seconds: 60)
            try await shop.expect(.cartClosed(order: nil), of: order(large, customer: unknown))
            try await shop.expectSound()
        }
    }

    @Test("only active locations serve, one parcel first", arguments: EngineKind.allCases)
    func locations(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutLocation(Location(code: "shop", name: "Shop", priority: 1)))
            try await shop.run(PutLocation(Location(code: "far", name: "Far", priority: 2, active: false)))
            try await shop.stock(["MUG": 2])
            for location in ["shop", "far"] { try await shop.stock(["MUG": 3], at: location) }
            #expect(
                try await shop.place([("MUG", 3)]).lines[0].allocations == [Allocation(location: "shop", quantity: 3)]
            )
            try await shop.expect(
                .insufficientStock(index: 0, sku: Self.mug, requested: 3, available: 2),
                of: TestShop.wish([("MUG", 3)])
            )
            try await shop.run(PutLocation(Location(code: "far", name: "Far", priority: 2)))
            #expect(
                try await shop.place([("MUG", 4)]).lines[0].allocations
                    == [Allocation(location: "main", quantity: 2), Allocation(location: "far", quantity: 2)]
            )
            try await shop.expectSound()
        }
    }

    @Test("a change of an order is refused in the order of precedence", arguments: EngineKind.allCases)
    func changing(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let missing = ID<Order>(high: 1, low: 1)
            let changes: [ChangeOrder.Change] = [
                .pay(reason: nil), .extend(seconds: 1), .cancel(reason: nil), .fulfil([]), .fulfil(nil), .complete,
            ]
            for change in changes { try await shop.expect(.notFound, of: ChangeOrder(missing, change)) }
            try await shop.expect(.notFound, of: TakeBack(order: missing, lines: [], reason: ""))
            let order = try await shop.place([("MUG", 2)]).id
            for change in [ChangeOrder.Change.fulfil([]), .complete] {
                try await shop.expect(.wrongState(.pendingPayment), of: ChangeOrder(order, change))
            }
            try await shop.expect(.wrongState(.pendingPayment), of: TakeBack(order: order, lines: [], reason: ""))
            try await shop.run(ChangeOrder(order, .pay(reason: nil)))
            for change in [ChangeOrder.Change.pay(reason: nil), .extend(seconds: 1), .complete] {
                try await shop.expect(.wrongState(.confirmed), of: ChangeOrder(order, change))
            }
            let named: [([LineQuantity], OrderRefusal)] = [
                ([], .noLines), ([LineQuantity(line: 2, quantity: 0)], .unknownLine(index: 0, line: 2)),
                (
                    [LineQuantity(line: 1, quantity: 1), LineQuantity(line: 1, quantity: 9)],
                    .repeatedLine(index: 1, line: 1)
                ), ([LineQuantity(line: 1, quantity: 3)], .tooMany(index: 0, line: 1, left: 2)),
            ]
            for (lines, refusal) in named { try await shop.expect(refusal, of: ChangeOrder(order, .fulfil(lines))) }
            try await shop.run(ChangeOrder(order, .fulfil(nil)))
            try await shop.expect(.wrongState(.fulfilled), of: ChangeOrder(order, .cancel(reason: nil)))
            for (lines, refusal) in named {
                let back = lines.map { ReturnRequestLine(line: $0.line, quantity: $0.quantity, disposition: .restock) }
                try await shop.expect(refusal, of: TakeBack(order: order, lines: back, reason: ""))
            }
            try await shop.expectSound()
        }
    }

    @Test("a credit is refused in the order of precedence", arguments: EngineKind.allCases)
    func credits(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let order = try await shop.place([("MUG", 2)]).id
            func credit(_ customer: ID<Customer>?, _ order: ID<Order>?, _ amount: Money) -> GiveCredit {
                GiveCredit(kind: .credit, amount: amount, reason: "r", customer: customer, order: order)
            }
            let missing = ID<Order>(high: 1, low: 1)
            try await shop.expect(.customerNotFound, of: credit(ID(high: 1, low: 1), missing, Money(1, .eur)))
            try await shop.expect(.orderNotFound, of: credit(nil, missing, Money(1, .eur)))
            try await shop.expect(.currencyMismatch(.gbp), of: credit(nil, order, Money(1, .eur)))
            let given = try await shop.run(credit(nil, order, Money(1, .gbp)))
            #expect(try await shop.row(CreditRow.self, given.id)?.credit == given)
        }
    }

    @Test("units that left from two places come back to both, or where the desk says", arguments: EngineKind.allCases)
    func twoPlaces(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(OpenShop())
            try await shop.run(PutLocation(Location(code: "north", name: "North", priority: 2)))
            try await shop.run(PutLocation(Location(code: "desk", name: "Desk", priority: 3, active: false)))
            try await shop.stock(["MUG": 2])
            try await shop.stock(["MUG": 3], at: "north")
            let order = try await shop.paid([("MUG", 5)]).id
            try await shop.run(ChangeOrder(order, .fulfil(nil)))
            func back(_ units: Int64, to location: String? = nil) -> TakeBack {
                let line = ReturnRequestLine(line: 1, quantity: units, disposition: .restock, location: location)
                return TakeBack(order: order, lines: [line], reason: "r")
            }
            try await shop.expect(.unknownLocation(index: 0), of: back(1, to: "moon"))
            try await shop.run(back(3))
            #expect(try await shop.level("MUG")?.onHand == 2)
            #expect(try await shop.level("MUG", at: "north")?.onHand == 1)
            try await shop.run(back(1, to: "desk"))
            #expect(try await shop.level("MUG", at: "desk")?.onHand == 1)
            let staged = try await shop.run(
                RequestReturn(order: order, lines: [LineQuantity(line: 1, quantity: 1)], reason: "r")
            )
            try await shop.run(ChangeReturn(staged.id, .receive))
            let lost = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock, location: "moon")
            try await shop.expect(.unknownLocation(index: 0), of: ChangeReturn(staged.id, .inspect([lost])))
            try await shop.run(ChangeReturn(staged.id, .inspect(nil)))
            #expect(try await shop.level("MUG", at: "north")?.onHand == 2)
            let taken = try #require(try await shop.row(ReturnRow.self, staged.id)?.value)
            #expect(taken.lines[0].places == [Allocation(location: "north", quantity: 1)])
            #expect(Return(document: taken.document) == taken)
            try await shop.expectSound()
        }
    }

    @Test("a reservation that is extended by less than is left stays as it is", arguments: EngineKind.allCases)
    func extending(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.place([("MUG", 1)])
            let before = try await shop.dump()
            let same = try await shop.run(ChangeOrder(order.id, .extend(seconds: 60))).order
            #expect(same == order)
            #expect(try await shop.dump().changes(since: before) == [])
            let longer = try await shop.run(ChangeOrder(order.id, .extend(seconds: 901))).order
            #expect(longer.reservedUntil == shop.clock.now.adding(seconds: 901))
        }
    }

    @Test("what comes back is credited once, and only what is whole can be sold again", arguments: EngineKind.allCases)
    func takingBack(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.place([("MUG", 4)]).id
            try await shop.run(ChangeOrder(order, .pay(reason: nil)))
            try await shop.run(ChangeOrder(order, .fulfil(nil)))
            for disposition in Disposition.allCases {
                let back = [ReturnRequestLine(line: 1, quantity: 2, disposition: disposition)]
                let taken = try await shop.run(TakeBack(order: order, lines: back, reason: "r"))
                let credit = try await shop.row(CreditRow.self, #require(taken.creditID))?.credit
                #expect(credit?.amount == Money(1000, .gbp))
                #expect(credit?.reference == taken.id.description)
            }
            #expect(try await shop.level("MUG") == StockLevel(onHand: 3, reserved: 0))
            try await shop.expectSound()
        }
    }
}
