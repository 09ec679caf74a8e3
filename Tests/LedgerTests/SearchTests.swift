import Ledger
import Testing
import Trading

@Suite("A search finds what people mean, in every script")
struct SearchTests {
    /// A product's name, queries that find it, and queries that do not.
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let found: [String]
        let missed: [String]

        init(_ name: String, _ found: [String], not missed: [String] = []) {
            self.name = name
            self.found = found
            self.missed = missed
        }

        var testDescription: String { name }
    }

    static let examples = [
        Example("Ёлка зелёная", ["елка", "ёлка", "ЁЛКА", "зеленая", "зелён", "е\u{308}лка"], not: ["лка"]),
        Example("Йогурт", ["йогурт", "и\u{306}огурт", "ЙОГ"]),
        Example("Καφές ελληνικός", ["καφες", "ΚΑΦΕΣ", "καφέσ", "ελληνικοσ", "Ελληνικός"]),
        Example("Łódź herbata żółta", ["lodz", "łódź", "ŁÓDŹ", "zolta", "żół"]),
        Example("Smørrebrød", ["smorrebrod", "SMØRREBRØD", "smørre", "smoerrebroed"]),
        Example("Straße", ["strasse", "STRASSE", "straße", "STRAẞE"]),
        Example("Iğdır halısı", ["igdir", "IĞDIR", "ığdır", "halisi"]),
        Example("İstanbul", ["istanbul", "ISTANBUL", "ıstanbul", "İSTANBUL"]),
        Example("Đuro đak", ["duro", "đuro", "dak"]),
        Example("Cæsar œuvre", ["caesar", "cæsar", "CÆSAR", "oeuvre", "Œuvre"]),
        Example("Þórr eðla", ["thorr", "þórr", "ÞÓRR", "edla", "eðla"]),
        Example("Müller Äpfel", ["muller", "mueller", "müller", "MÜLLER", "apfel", "aepfel", "mu\u{308}ller"]),
        Example("Mueller", ["müller", "mueller"]),
        Example("Ångström", ["angstrom", "aangstroem", "Ångström", "\u{212B}ngström"]),
        Example("Crème brûlée", ["creme", "brulee", "CRÈME BRÛLÉE", "cre\u{300}me"]),
        Example("Tiếng Việt phở", ["tieng viet", "pho", "phở", "Việt"]),
        Example("Women's boots", ["women's", "womens", "women’s", "women", "WOMEN‘S", "boots"]),
        Example("Women’s boots", ["women's", "womens", "women’s", "womens boots"]),
        Example("Womens boots", ["women's", "womens", "women’s"]),
        Example("L’eau de toilette", ["l'eau", "eau", "leau", "L’EAU", "eau toilette"]),
        Example("T-shirt", ["t-shirt", "tshirt", "t shirt", "T‑Shirt", "shirt", "t–shirt"], not: ["hirt"]),
        Example("Tshirt", ["t-shirt", "tshirt"]),
        Example("A/B switch", ["a/b", "ab", "a b", "A/B switch"]),
        Example("Cable 3.5mm", ["3.5mm", "3.5 mm", "3,5mm", "35mm", "mm", "3.5"], not: ["4.5mm"]),
        Example("ＡＢＣ１２３ ﾃﾚﾋﾞ", ["abc123", "ABC", "ａｂｃ", "123", "テレビ", "てれび"]),
        Example("١٢٣ كتاب", ["123", "١٢٣", "كتاب", "كِتَاب"]),
        Example("أحمد مدرسة", ["احمد", "أحمد", "مدرسه", "مدرسة"]),
        Example("שָׁלוֹם", ["שלום", "שָׁלוֹם"]),
        Example("東京特許許可局", ["東京", "特許", "許可局", "局", "京", "東京 許可"], not: ["京都", "大阪"]),
        Example("运动鞋男", ["运动", "动鞋", "男", "运动鞋"], not: ["男鞋", "动运"]),
        Example("おいしいラーメン", ["らーめん", "ラーメン", "ラー", "おいしい"], not: ["うどん"]),
        Example("한국어 사전을", ["한국어", "국어", "사전", "사전을", "한"], not: ["중국어"]),
        Example("กาแฟเย็น", ["กาแฟ", "เย็น", "แฟเย็น"], not: ["ชาเย็น"]),
        Example("USBケーブル1m", ["usb", "ケーブル", "USBケーブル", "1m"]),
        Example("हिन्दी किताब", ["हिन्दी", "किताब", "किता"], not: ["कातब"]),
        Example("Mug 🎄 xmas", ["🎄", "mug 🎄", "xmas"], not: ["🎃"]),
        Example("Heart ❤️ mug", ["❤", "❤️"]),
        Example("Wave 👋🏽", ["👋", "👋🏿"]),
        Example("Acme™ Widget²", ["acme", "acme™", "widget2", "widget"]),
        Example("Co\u{AD}op\u{200B}erate", ["cooperate", "co\u{AD}operate"]),
        Example("ﬁlter ofﬁce", ["filter", "office"]),
        Example("Rock 'n' roll", ["rock n roll", "rock 'n' roll", "rock ’n’ roll"]),
        Example("M&M's 100%", ["m&m", "m&m's", "100%", "100"]),
    ]

    @Test("a name is found however its words are written", arguments: EngineKind.allCases)
    func names(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let products = Self.examples.enumerated().map { index, example in
                Product(sku: SKU(stored: "P\(index)"), name: example.name, prices: [])
            }
            try await shop.run(PutProducts(products))
            for (product, example) in zip(products, Self.examples) {
                for text in example.found {
                    let hits = try await Self.search(text, shop.engine)
                    #expect(hits.contains(product.sku), "\(text) finds \(example.name)")
                }
                for text in example.missed {
                    let hits = try await Self.search(text, shop.engine)
                    #expect(!hits.contains(product.sku), "\(text) does not find \(example.name)")
                }
            }
        }
    }

    @Test("all engines answer every query alike, in the same order")
    func alike() async throws {
        var answers: [[[SKU]]] = []
        for kind in EngineKind.allCases {
            try await TestShop.open(kind) { shop in
                let products = Self.examples.enumerated().map { index, example in
                    Product(
                        sku: SKU(stored: "P-\(index)"),
                        name: example.name,
                        description: Self.examples[(index + 1) % Self.examples.count].name,
                        prices: []
                    )
                }
                try await shop.run(PutProducts(products))
                var found: [[SKU]] = []
                for text in Self.examples.flatMap({ $0.found + $0.missed }) {
                    found.append(try await Self.search(text, shop.engine))
                }
                answers.append(found)
            }
        }
        #expect(answers.count == EngineKind.allCases.count)
        for others in answers.dropFirst() { #expect(others == answers[0]) }
    }

    @Test("codes are found by their parts and as a whole, and before names", arguments: EngineKind.allCases)
    func codes(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(
                PutProducts([
                    Product(sku: SKU(stored: "AB-12/x.9"), name: "Mug", prices: []),
                    Product(sku: SKU(stored: "Z1"), name: "ab mug", prices: []),
                    Product(sku: SKU(stored: "MUG"), name: "Teapot", prices: []),
                ])
            )
            for text in ["ab-12", "AB12", "ab 12", "12/x", "AB-12/x.9", "x.9", "ab12x9"] {
                #expect(try await Self.search(text, shop.engine).first == SKU(stored: "AB-12/x.9"), "\(text)")
            }
            #expect(try await Self.search("ab", shop.engine).map(\.description) == ["AB-12/x.9", "Z1"])
            #expect(try await Self.search("mug", shop.engine).map(\.description) == ["MUG", "AB-12/x.9", "Z1"])
        }
    }

    @Test("a search goes on behind a hit, whatever was put or changed before it", arguments: EngineKind.allCases)
    func paged(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            func put(_ numbers: some Sequence<Int>, _ word: String = "mug") async throws {
                try await shop.run(
                    PutProducts(
                        numbers.map { Product(sku: SKU(stored: "S\(1000 + $0)"), name: "\(word) \($0)", prices: []) }
                    )
                )
            }
            try await put(0..<20)
            let all = try await shop.engine.read { (view) throws(LedgerFailure) in
                try view.searchProducts(SearchQuery("mug"), after: nil)
            }
            #expect(all.count == 20)
            // Five products before the cursor are deactivated, and new ones change how rare the word is.
            try await put(0..<5, "cup")
            try await put(100..<200)
            let rest = try await shop.engine.read { (view) throws(LedgerFailure) in
                try view.searchProducts(SearchQuery("mug"), after: all[9])
            }
            #expect(Array(rest.prefix(10)) == Array(all[10...]))
        }
    }

    @Test("what has no words finds nothing, and what is long is bounded", arguments: EngineKind.allCases)
    func oddities(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([Product(sku: SKU(stored: "Q"), name: "日本 mug", prices: [])]))
            for text in ["", " ", "\"", "*", "-", "'", "’s’", "\u{300}", "(", "NEAR(", "\u{0}", "\u{200B}"] {
                #expect(try await Self.search(text, shop.engine) == [], "\(text)")
            }
            for text in [String(repeating: "日本", count: 100), String(repeating: "a ", count: 100), "mug \" OR x"] {
                #expect(try await Self.search(text, shop.engine) == [])
            }
        }
    }

    private static func search(_ text: String, _ engine: any LedgerEngine) async throws -> [SKU] {
        let query = SearchQuery(text)
        return try await engine.read { (view) throws(LedgerFailure) in
            try view.searchProducts(query, after: nil).map(\.sku)
        }
    }
}
