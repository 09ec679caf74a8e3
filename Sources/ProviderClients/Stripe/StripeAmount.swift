// Stripe counts most currencies in the minor unit of ISO 4217, but not all: without a conversion such an amount would be wrong by
// a factor of a hundred.
//
// Source: docs.stripe.com/currencies, "Minor units in API amounts" and "Special cases".

import Trading

/// An amount in Stripe's units.
struct StripeAmount: Hashable, Sendable {
    /// The number of Stripe's units.
    let value: Int64
    /// The currency code in lower case.
    let currency: String

    /// Currencies that Stripe counts in whole units.
    private static let zeroDecimal: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    /// Currencies that Stripe counts in thousandths, of which the last digit must be zero.
    private static let threeDecimal: Set<String> = ["BHD", "JOD", "KWD", "OMR", "TND"]

    /// The number of decimals that Stripe counts; ISK and UGX have none in ISO 4217 and two here.
    private static func decimals(_ currency: Currency) -> Int {
        if zeroDecimal.contains(currency.code) { return 0 }
        return threeDecimal.contains(currency.code) ? 3 : 2
    }

    /// The largest amount of a charge: "the amount value supports up to eight digits".
    private static let most: Int64 = 99_999_999

    /// The representable amounts of a currency, in minor units of ISO 4217; nil for a currency that Stripe does not accept.
    ///
    /// A charge also has a least amount in its settlement currency: Stripe itself refuses a smaller one, except for the
    /// currencies of `least`, whose least amounts are known here.
    static func rule(_ currency: Currency) -> AmountRule? {
        guard StripeCurrencies.taken.contains(currency.code) else { return nil }
        // Stripe's units in one minor unit, or minor units in one of Stripe's.
        let shift = decimals(currency) - currency.exponent
        let step = threeDecimal.contains(currency.code) ? 10 : shift < 0 ? power(-shift) : 1
        let top = shift < 0 ? most * power(-shift) : most / power(shift)
        let least = min(StripeCurrencies.least[currency.code] ?? 1, top)
        return AmountRule(step: step, least...(top - top % step))
    }

    private static func power(_ exponent: Int) -> Int64 { (0..<exponent).reduce(1) { product, _ in product * 10 } }

    /// The amount for `money`; nil where Stripe cannot represent it.
    init?(_ money: Money) {
        let shift = Self.decimals(money.currency) - money.currency.exponent
        guard let value = Self.scaled(money.amount, by: shift) else { return nil }
        if Self.threeDecimal.contains(money.currency.code), value % 10 != 0 { return nil }
        self.value = value
        currency = money.currency.code.lowercased()
    }

    /// The money for an amount of Stripe's; nil for an unknown currency, and where ISO 4217 cannot represent it.
    static func money(_ value: Int64, _ code: String) -> Money? {
        guard let currency = Currency(code.uppercased()),
            let amount = scaled(value, by: currency.exponent - decimals(currency))
        else { return nil }
        return Money(amount, currency)
    }

    /// The number with more decimals, or with fewer where those are zero.
    private static func scaled(_ value: Int64, by decimals: Int) -> Int64? {
        var result = value
        for _ in 0..<abs(decimals) {
            if decimals < 0 {
                guard result % 10 == 0 else { return nil }
                result /= 10
            } else {
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                result = product
            }
        }
        return result
    }
}
