import Testing
import Trading

@Suite("Money")
struct MoneyTests {
    @Test("sums, differences and multiples are exact up to 64 bits and refused beyond")
    func arithmetic() throws {
        #expect(try Money(1_250, .gbp).adding(Money(-50, .gbp)) == Money(1_200, .gbp))
        #expect(try Money(1_250, .gbp).subtracting(Money(1_300, .gbp)) == Money(-50, .gbp))
        #expect(try Money(-7, .jpy).multiplied(by: 3) == Money(-21, .jpy))
        #expect(try Money(5, .kwd).negated() == Money(-5, .kwd))
        #expect(try Money(.max, .gbp).negated() == Money(-.max, .gbp))
        #expect(try Money(.max, .gbp).adding(Money(.min, .gbp)) == Money(-1, .gbp))
        let (most, least, one) = (Money(.max, .gbp), Money(.min, .gbp), Money(1, .gbp))
        #expect(throws: MoneyRefusal.overflow) { try most.adding(one) }
        #expect(throws: MoneyRefusal.overflow) { try least.subtracting(one) }
        #expect(throws: MoneyRefusal.overflow) { try least.negated() }
        #expect(throws: MoneyRefusal.overflow) { try least.multiplied(by: -1) }
        #expect(throws: MoneyRefusal.overflow) { try most.multiplied(by: 2) }
    }

    @Test("two currencies are never mixed, even where one amount is nothing")
    func currencies() {
        #expect(throws: MoneyRefusal.currencyMismatch) { try Money(1, .gbp).adding(.zero(.eur)) }
        #expect(throws: MoneyRefusal.currencyMismatch) { try Money(.min, .gbp).subtracting(Money(1, .eur)) }
        #expect(throws: MoneyRefusal.currencyMismatch) { try Money.sum([Money(1, .gbp), Money(1, .usd)], in: .gbp) }
        #expect(Money(1, .gbp) != Money(1, .eur))
    }

    @Test("a sum is nothing without parts, exact with them, and refused beyond 64 bits")
    func sum() throws {
        #expect(try Money.sum([], in: .jpy) == .zero(.jpy))
        #expect(try Money.sum([1, 20, -300].map { Money($0, .jpy) }, in: .jpy) == Money(-279, .jpy))
        #expect(throws: MoneyRefusal.overflow) { try Money.sum([Money(.max, .jpy), Money(1, .jpy)], in: .jpy) }
    }

    @Test("signs are told apart")
    func signs() {
        #expect(Money.zero(.gbp).isZero && !Money.zero(.gbp).isNegative)
        #expect(Money(-1, .gbp).isNegative && !Money(-1, .gbp).isZero)
        #expect(!Money(1, .gbp).isNegative && !Money(1, .gbp).isZero)
    }

    @Test(
        "an amount is shown with the decimals of its currency",
        arguments: [
            (Money(1_250, .gbp), "GBP 12.50"), (Money(1_250, .jpy), "JPY 1250"), (Money(1_250, .kwd), "KWD 1.250"),
            (Money(0, .gbp), "GBP 0.00"), (Money(0, .jpy), "JPY 0"), (Money(5, .gbp), "GBP 0.05"),
            (Money(-5, .kwd), "KWD -0.005"),
            (Money(-12_345, .eur), "EUR -123.45"), (Money(.min, .jpy), "JPY -9223372036854775808"),
            (Money(.min, .usd), "USD -92233720368547758.08"),
        ]
    )
    func shown(_ money: Money, _ text: String) throws {
        #expect(money.description == text)
        #expect(try Money(decimal: String(text.dropFirst(4)), money.currency) == money)
    }

    @Test(
        "a decimal number is read exactly",
        arguments: [
            ("2.55", .gbp, 255), ("2.5", .gbp, 250), ("2", .gbp, 200), ("-0.01", .gbp, -1), ("-0", .gbp, 0),
            ("007", .gbp, 700),
            ("0.10", .gbp, 10), ("1.250", .kwd, 1_250), ("1250", .jpy, 1_250),
            ("92233720368547758.07", .gbp, .max), ("-92233720368547758.08", .gbp, .min),
            ("0000000000000000000000000000001.10", .gbp, 110),
        ] as [(String, Currency, Int64)]
    )
    func decimal(_ text: String, _ currency: Currency, _ amount: Int64) throws {
        #expect(try Money(decimal: text, currency) == Money(amount, currency))
    }

    @Test(
        "any other text is refused, the shape before the size",
        arguments: [
            ("", .gbp, .notANumber), ("-", .gbp, .notANumber), (".", .gbp, .notANumber), (".5", .gbp, .notANumber),
            ("5.", .gbp, .notANumber), ("-.5", .gbp, .notANumber), ("+5", .gbp, .notANumber),
            ("1e2", .gbp, .notANumber),
            ("1,000", .gbp, .notANumber), (" 1", .gbp, .notANumber), ("1 ", .gbp, .notANumber),
            ("1.2.3", .gbp, .notANumber),
            ("--1", .gbp, .notANumber), ("1-", .gbp, .notANumber), ("NaN", .gbp, .notANumber), ("١", .gbp, .notANumber),
            ("99999999999999999999.001x", .gbp, .notANumber), ("0.001", .gbp, .tooManyDecimals),
            ("2.555", .gbp, .tooManyDecimals), ("0.10000", .gbp, .tooManyDecimals), ("1.000", .gbp, .tooManyDecimals),
            ("1250.00", .jpy, .tooManyDecimals), ("10.000", .jpy, .tooManyDecimals),
            ("0.1", .jpy, .tooManyDecimals), ("1.0001", .kwd, .tooManyDecimals),
            ("99999999999999999999.001", .gbp, .tooManyDecimals),
            ("92233720368547758.08", .gbp, .overflow), ("-92233720368547758.09", .gbp, .overflow),
            ("9223372036854775807", .gbp, .overflow), ("18446744073709551616", .jpy, .overflow),
            ("184467440737095516160", .jpy, .overflow),
        ] as [(String, Currency, MoneyRefusal)]
    )
    func notDecimal(_ text: String, _ currency: Currency, _ refusal: MoneyRefusal) {
        #expect(throws: refusal) { try Money(decimal: text, currency) }
    }
}
