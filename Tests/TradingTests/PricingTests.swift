import Testing
import Trading

@Suite("Pricing what a buyer asks for")
struct PricingTests {
    private let catalogue = Catalogue()

    @Test("lines keep their order, take the catalogue's prices, and sum to the total")
    func prices() throws {
        let priced = try catalogue.price([("MUG", 2), ("POST", 1), ("MUG", 3)])
        #expect(priced.lines.map(\.sku.description) == ["MUG", "POST", "MUG"])
        #expect(priced.lines.map(\.total.amount) == [1000, 295, 1500])
        #expect(priced.lines.map(\.name) == ["Name of MUG", "Name of POST", "Name of MUG"])
        #expect(priced.tracked == [true, false, true])
        #expect(priced.total == Money(2795, .gbp))
        #expect(priced.allocationRequests.lineIndex == [0, 2])
    }

    @Test("a price that the merchant's people state stands in place of the catalogue's, even none")
    func statedPrices() throws {
        let priced = try catalogue.price([("MUG", 2)], stated: Money(0, .gbp))
        #expect(priced.total == .zero(.gbp))
        #expect(try catalogue.price([("EUR", 1)], stated: Money(7, .gbp)).total == Money(7, .gbp))
    }

    /// Cases in order of precedence; each except the last two also violates later rules.
    static let refusals: [(String, [(String, Int64)], Money?, Money?, PlaceOrderRefusal)] = [
        ("nothing", [], nil, Money(1, .gbp), .noLines),
        (
            "too many lines, all of them wrong", Array(repeating: ("NONE", 0), count: 2001), nil, nil,
            .tooManyLines(limit: 2000)
        ),
        ("no units of an unknown product", [("NONE", 0)], nil, nil, .quantityOutOfRange(index: 0)),
        ("fewer than none", [("MUG", 1), ("MUG", -1)], nil, nil, .quantityOutOfRange(index: 1)),
        ("too many units", [("MUG", 1_000_001)], nil, nil, .quantityOutOfRange(index: 0)),
        (
            "unknown product with a price in another currency", [("NONE", 1)], Money(1, .eur), nil,
            .unknownProduct(index: 0, sku: SKU(stored: "NONE"))
        ),
        (
            "inactive product with a price in another currency", [("OLD", 1)], Money(1, .eur), nil,
            .inactiveProduct(index: 0, sku: SKU(stored: "OLD"))
        ),
        (
            "a price in another currency, worth too much", [("GOLD", 1_000_000)], Money(.max, .eur), nil,
            .priceCurrency(index: 0)
        ),
        (
            "no price in the currency, and another total", [("EUR", 1)], nil, Money(1, .gbp),
            .noPrice(index: 0, sku: SKU(stored: "EUR"), currency: .gbp)
        ),
        ("a line beyond 2^53 − 1, and another total", [("GOLD", 2)], nil, Money(1, .gbp), .amountTooLarge),
        ("a line beyond 64 bits", [("GOLD", 1_000_000)], nil, nil, .amountTooLarge),
        ("a sum beyond 2^53 − 1", [("GOLD", 1), ("MUG", 1)], nil, nil, .amountTooLarge),
        ("another total", [("MUG", 1)], nil, Money(499, .gbp), .totalChanged(actual: Money(500, .gbp))),
        (
            "the same number of another currency", [("MUG", 1)], nil, Money(500, .eur),
            .totalChanged(actual: Money(500, .gbp))
        ),
    ]

    @Test("a wish that breaks several rules is refused by the first of them", arguments: refusals.indices)
    func precedence(_ index: Int) {
        let (name, wanted, stated, expected, refusal) = Self.refusals[index]
        #expect(throws: refusal, "\(name)") { try catalogue.price(wanted, stated: stated, expected: expected) }
    }

    @Test("of an order with several faults each line is told with its own, so many at most")
    func everyFault() {
        let (none, old) = (SKU(stored: "NONE"), SKU(stored: "OLD"))
        let refusal = PlaceOrderRefusal.several([
            .unknownProduct(index: 0, sku: none), .quantityOutOfRange(index: 2), .inactiveProduct(index: 3, sku: old),
            .noPrice(index: 4, sku: SKU(stored: "EUR"), currency: .gbp),
        ])
        #expect(throws: refusal) {
            try catalogue.price([("NONE", 1), ("MUG", 1), ("MUG", 0), ("OLD", 1), ("EUR", 1), ("GOLD", 1)])
        }
        let many = PlaceOrderRefusal.several((0..<20).map { .unknownProduct(index: $0, sku: none) })
        #expect(throws: many) { try catalogue.price(Array(repeating: ("NONE", 1), count: 2000)) }
    }

    @Test("the bounds themselves are allowed")
    func bounds() throws {
        #expect(try catalogue.price([("GOLD", 1)]).total.amount == OrderLimits.maxAmount)
        #expect(try catalogue.price([("FREE", 1_000_000)]).total.isZero)
        #expect(try catalogue.price(Array(repeating: ("MUG", 1), count: 2000)).lines.count == 2000)
        #expect(try catalogue.price([("MUG", 1)], expected: Money(500, .gbp)).total.amount == 500)
    }

    @Test("the line that stock cannot serve is named by its place in the order, and no line is allocated")
    func shortage() throws {
        var priced = try catalogue.price([("POST", 1), ("MUG", 2), ("CUP", 1), ("MUG", 2)])
        var stock = FreeStock(locations: ["main"])
        stock.add(SKU(stored: "MUG")) { _ in 3 }
        stock.add(SKU(stored: "CUP")) { _ in 9 }
        let refusal = PlaceOrderRefusal.insufficientStock(
            index: 3,
            sku: SKU(stored: "MUG"),
            requested: 2,
            available: 1
        )
        #expect(throws: refusal) { try priced.allocate(from: &stock) }
        #expect(priced.lines.allSatisfy { $0.allocations.isEmpty })
    }

    @Test("every line that stock cannot serve is named, each with what the lines before it leave")
    func shortages() throws {
        var priced = try catalogue.price([("MUG", 5), ("POST", 1), ("CUP", 1), ("MUG", 2), ("MUG", 2)])
        var stock = FreeStock(locations: ["main"])
        stock.add(SKU(stored: "MUG")) { _ in 3 }
        stock.add(SKU(stored: "CUP")) { _ in 0 }
        func short(_ index: Int, _ sku: String, _ wanted: Int64, _ left: Int64) -> PlaceOrderRefusal {
            .insufficientStock(index: index, sku: SKU(stored: sku), requested: wanted, available: left)
        }
        let refusal = PlaceOrderRefusal.several([short(0, "MUG", 5, 3), short(2, "CUP", 1, 0), short(4, "MUG", 2, 1)])
        #expect(throws: refusal) { try priced.allocate(from: &stock) }
        #expect(priced.lines.allSatisfy { $0.allocations.isEmpty })
    }

    @Test("only lines of which stock is kept are allocated")
    func untracked() throws {
        var priced = try catalogue.price([("POST", 1), ("MUG", 2)])
        var stock = FreeStock(locations: ["main"])
        stock.add(SKU(stored: "MUG")) { _ in 2 }
        try priced.allocate(from: &stock)
        #expect(priced.lines.map(\.tracked) == [false, true])
        #expect(priced.lines[1].allocations == [Allocation(location: "main", quantity: 2)])
        var services = try catalogue.price([("POST", 1)])
        var nothing = FreeStock(locations: [])
        try services.allocate(from: &nothing)
        #expect(services.lines.map(\.allocations) == [[]])
    }
}

/// A few products with a price in pounds, except one.
private struct Catalogue {
    private let products: [SKU: Product]

    init() {
        let list: [(String, Money, Bool, Bool)] = [
            ("MUG", Money(500, .gbp), true, true), ("CUP", Money(300, .gbp), true, true),
            ("POST", Money(295, .gbp), true, false), ("OLD", Money(1, .gbp), false, true),
            ("EUR", Money(1, .eur), true, true), ("FREE", Money(0, .gbp), true, true),
            ("GOLD", Money(OrderLimits.maxAmount, .gbp), true, true),
        ]
        var products: [SKU: Product] = [:]
        for (text, price, active, tracked) in list {
            let sku = SKU(stored: text)
            products[sku] = Product(
                sku: sku,
                name: "Name of \(text)",
                prices: [price],
                active: active,
                tracked: tracked
            )
        }
        self.products = products
    }

    func price(
        _ wanted: [(String, Int64)],
        stated: Money? = nil,
        expected: Money? = nil
    ) throws(PlaceOrderRefusal) -> PricedLines {
        let requests = wanted.map { OrderRequestLine(sku: SKU(stored: $0.0), quantity: $0.1, unitPrice: stated) }
        return try PricedLines(
            requests,
            products: requests.map { products[$0.sku]?.offer },
            currency: .gbp,
            expectedTotal: expected
        )
    }
}
