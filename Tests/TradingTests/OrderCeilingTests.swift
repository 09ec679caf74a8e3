import Testing
import Trading

@Suite("The most that one order may be worth")
struct OrderCeilingTests {
    private let yen = Currency("JPY")

    @Test("a setting bounds all currencies, and single ones by themselves")
    func reading() throws {
        let yen = try #require(yen)
        let ceiling = try #require(OrderCeiling("5000,JPY=70"))
        #expect(ceiling.limit(in: .gbp) == Money(5000, .gbp))
        #expect(ceiling.limit(in: yen) == Money(70, yen))
        #expect(ceiling.description == "5000,JPY=70")
        #expect(OrderCeiling(OrderCeiling.standard.description) == .standard)
    }

    @Test(
        "a text that is no bound is refused",
        arguments: [
            "", "0", "-1", "+5", "1e3", "9007199254740992", "5,", "5,JPY", "5,JPY=", "5,JPY=0", "5,XXY=1",
            "5,JPY=1,JPY=2",
        ]
    )
    func mistakes(_ text: String) {
        #expect(OrderCeiling(text) == nil)
    }

    @Test("an order of as much is priced, and one of more is refused")
    func pricing() throws {
        let mug = Product(sku: SKU(stored: "MUG"), name: "Mug", prices: [Money(500, .gbp)])
        func price(_ quantity: Int64, _ ceiling: OrderCeiling) throws(PlaceOrderRefusal) -> PricedLines {
            try PricedLines(
                [OrderRequestLine(sku: mug.sku, quantity: quantity)],
                products: [mug.offer],
                currency: .gbp,
                expectedTotal: nil,
                ceiling: ceiling
            )
        }
        #expect(try price(2, OrderCeiling(1000)).total == Money(1000, .gbp))
        #expect(throws: PlaceOrderRefusal.totalTooLarge(ceiling: Money(999, .gbp))) { try price(2, OrderCeiling(999)) }
    }
}
