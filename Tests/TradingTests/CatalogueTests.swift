import Testing
import Trading

@Suite("Products and customers")
struct CatalogueTests {
    private static let now = Timestamp(milliseconds: 1_795_000_000_000)

    @Test(
        "a SKU is 1 to 64 printable ASCII characters, without a space at either end",
        arguments: [
            ("A", true), ("85123a", true), ("~!\"#", true), ("a b", true), (String(repeating: "x", count: 64), true),
            ("", false), (" A", false), ("A ", false), (" ", false), (String(repeating: "x", count: 65), false),
            ("é", false), ("a\tb", false), ("a\u{0}b", false), ("a\u{7F}", false), ("ａ", false), ("a\n", false),
            (".", false), ("..", false), ("a/../b", false), ("./a", false), ("a/.", false), ("...", true),
            ("a.b", true),
            (".a", true), ("a..", true), ("a/b.c", true),
        ] as [(String, Bool)]
    )
    func skus(_ text: String, _ isSKU: Bool) {
        #expect((SKU(text) != nil) == isSKU)
        #expect(!isSKU || SKU(text)?.description == text)
    }

    @Test("SKUs differ by case and sort by bytes")
    func order() {
        #expect(SKU("a") != SKU("A"))
        let sorted = ["b", "A", "a", "~", "1", "AB", "A!"].map { SKU(stored: $0) }.sorted()
        #expect(sorted.map(\.description) == ["1", "A", "A!", "AB", "a", "b", "~"])
    }

    @Test("putting a product counts a version only where something differs, and keeps when it was first put")
    func putting() {
        let wanted = Product(sku: SKU(stored: "A"), name: "Mug", prices: [Money(5, .gbp), Money(6, .eur)])
        let later = Self.now.adding(seconds: 5)
        let (first, created) = wanted.put(over: nil, at: Self.now)
        #expect(created == .created)
        #expect(first.version == 1)
        #expect(first.createdAt == Self.now)
        let (same, unchanged) = wanted.put(over: first, at: later)
        #expect(unchanged == .unchanged)
        #expect(same == first)
        var other = wanted
        other.prices = [Money(5, .gbp)]
        let (second, updated) = other.put(over: first, at: later)
        #expect(updated == .updated)
        #expect(second.version == 2)
        #expect(second.createdAt == Self.now)
        #expect(second.updatedAt == later)
        #expect(second.offer.price(in: .gbp) == Money(5, .gbp))
        #expect(second.offer.price(in: .eur) == nil)
    }
}
