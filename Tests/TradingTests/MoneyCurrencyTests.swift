import Testing
import Trading

@Suite("Currencies of ISO 4217")
struct MoneyCurrencyTests {
    @Test("the table holds the list of 1 January 2026: 178 codes less 13 without a minor unit")
    func counts() {
        #expect(Currency.all.count == 165)
        let counts = Currency.all.reduce(into: [:]) { $0[$1.exponent, default: 0] += 1 }
        #expect(counts == [0: 17, 2: 139, 3: 7, 4: 2])
        #expect(Set(Currency.all.map(\.numericCode)).count == 165)
        #expect(Set(Currency.all).count == 165)
        #expect(Currency.all.map(\.code) == Currency.all.map(\.code).sorted())
    }

    @Test("the currencies without two decimals are these")
    func exponents() {
        func codes(_ exponent: Int) -> String {
            Currency.all.filter { $0.exponent == exponent }.map(\.code).joined(separator: " ")
        }
        #expect(codes(0) == "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
        #expect(codes(3) == "BHD IQD JOD KWD LYD OMR TND")
        #expect(codes(4) == "CLF UYW")
    }

    @Test("every currency is found by its code and is itself")
    func lookUp() {
        for currency in Currency.all {
            #expect(Currency(currency.code) == currency)
            #expect(currency.description == currency.code)
        }
    }

    @Test(
        "code, number and exponent are those of the list",
        arguments: [
            ("AED", 784, 2), ("ALL", 8, 2), ("CHE", 947, 2), ("CLF", 990, 4), ("EUR", 978, 2), ("GBP", 826, 2),
            ("JPY", 392, 0),
            ("KWD", 414, 3), ("USD", 840, 2), ("UYW", 927, 4), ("XAF", 950, 0), ("ZWG", 924, 2),
        ]
    )
    func rows(_ code: String, _ number: Int, _ exponent: Int) throws {
        let currency = try #require(Currency(code))
        #expect(currency.code == code)
        #expect(currency.numericCode == number)
        #expect(currency.exponent == exponent)
    }

    @Test("the named currencies are those of the table")
    func named() {
        let named: [Currency] = [.gbp, .eur, .usd, .jpy, .kwd]
        #expect(named.map(\.code) == ["GBP", "EUR", "USD", "JPY", "KWD"])
        #expect(named.map { Currency($0.code) } == named)
    }

    @Test("a code without a minor unit is not money", arguments: ["XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR"])
    func metals(_ code: String) {
        #expect(Currency(code) == nil)
    }

    @Test(
        "any other text is not a currency",
        arguments: [
            "", "G", "GB", "GBPX", "gbp", "Gbp", " GBP", "GBP ", "826", "£", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
            "ABC", "AAA",
            "ZZZ", "GB\u{0}", "ＧＢＰ",
        ]
    )
    func unknown(_ code: String) {
        #expect(Currency(code) == nil)
    }
}
