import Testing
import Trading

@Suite("Shipping rates")
struct ShippingRatesTests {
    private static let table = ShippingRates(
        currency: .gbp,
        zones: [
            ShippingZone(
                name: "Britain",
                countries: ["GB"],
                services: [
                    ServiceRate(
                        service: "standard",
                        steps: [RateStep(grams: 1000, price: 395), RateStep(grams: 20_000, price: 795)],
                        freeFrom: 5000
                    ),
                    ServiceRate(service: "express", steps: [RateStep(grams: 2000, price: 995)]),
                ]
            ),
            ShippingZone(
                name: "Islands",
                countries: ["GB"],
                postcodes: ["HS", "ZE", "KW1"],
                services: [ServiceRate(service: "standard", steps: [RateStep(grams: 20_000, price: 1295)])]
            ),
            ShippingZone(
                name: "Neighbours",
                countries: ["FR", "IE"],
                services: [ServiceRate(service: "standard", steps: [RateStep(grams: 5000, price: 1195)])]
            ),
        ],
        fallback: ServiceRate(service: "world", steps: [RateStep(grams: 10_000, price: 2995)])
    )

    /// Country, postcode, grams, value, and the expected options: service, price and zone of each.
    static let quotes: [(String, String, Int64, Int64, [(String, Int64, String?)])] = [
        ("GB", "LS1 1AA", 0, 100, [("standard", 395, "Britain"), ("express", 995, "Britain")]),
        ("gb", "", 1000, 100, [("standard", 395, "Britain"), ("express", 995, "Britain")]),
        ("GB", "LS1", 1001, 100, [("standard", 795, "Britain"), ("express", 995, "Britain")]),
        ("GB", "LS1", 2001, 100, [("standard", 795, "Britain")]),
        ("GB", "LS1", 500, 5000, [("standard", 0, "Britain"), ("express", 995, "Britain")]),
        ("GB", "LS1", 500, 4999, [("standard", 395, "Britain"), ("express", 995, "Britain")]),
        ("GB", "ze1 0aa", 500, 9000, [("standard", 1295, "Islands")]),
        ("GB", "KW 14 7AA", 500, 100, [("standard", 1295, "Islands")]),
        ("GB", "KW9", 500, 100, [("standard", 395, "Britain"), ("express", 995, "Britain")]),
        ("IE", "D01", 500, 100, [("standard", 1195, "Neighbours")]),
        ("JP", "100-0001", 500, 100, [("world", 2995, nil)]),
    ]

    @Test("a parcel is priced by the zone that fits best and by its weight", arguments: quotes.indices)
    func quote(_ index: Int) throws {
        let (country, postcode, grams, value, expected) = Self.quotes[index]
        let options = try Self.table.quote(
            to: Destination(country: country, postcode: postcode),
            grams: grams,
            value: Money(value, .gbp)
        )
        #expect(options.map(\.service) == expected.map(\.0))
        #expect(options.map(\.price) == expected.map { Money($0.1, .gbp) })
        #expect(options.map(\.zone) == expected.map(\.2))
    }

    @Test("currency, weight and address are refused in this order")
    func refusals() {
        var table = Self.table
        let far = Destination(country: "JP")
        #expect(throws: ShippingQuoteRefusal.currencyMismatch(.gbp)) {
            try table.quote(to: far, grams: .max, value: Money(1, .jpy))
        }
        #expect(throws: ShippingQuoteRefusal.tooHeavy(limit: 20_000)) {
            try table.quote(to: Destination(country: "GB"), grams: 20_001, value: .zero(.gbp))
        }
        #expect(throws: ShippingQuoteRefusal.tooHeavy(limit: 10_000)) {
            try table.quote(to: far, grams: 10_001, value: .zero(.gbp))
        }
        table.fallback = nil
        #expect(throws: ShippingQuoteRefusal.notServed) {
            try table.quote(to: far, grams: .max, value: .zero(.gbp))
        }
    }

    @Test("of zones that fit equally well the first counts, and a longer prefix beats a shorter one")
    func precedence() throws {
        let rate = [ServiceRate(service: "s", steps: [RateStep(grams: 1, price: 1)])]
        let names = [("first", ["A"]), ("second", ["A"]), ("long", ["AB"]), ("all", [])]
        let zones = names.map { ShippingZone(name: $0.0, countries: ["GB"], postcodes: $0.1, services: rate) }
        let table = ShippingRates(currency: .gbp, zones: zones)
        for (postcode, name) in [("A1", "first"), ("AB1", "long"), ("B1", "all")] {
            let to = Destination(country: "GB", postcode: postcode)
            #expect(try table.quote(to: to, grams: 1, value: .zero(.gbp)).map(\.zone) == [name])
        }
    }
}
