// Stripe counts most currencies in the minor unit of ISO 4217, but not all: where the two differ an amount that is not converted is
// wrong by a factor of a hundred.
//
// Source: docs.stripe.com/currencies, "Minor units in API amounts" and "Special cases".

import Trading

/// An amount as Stripe counts it.
struct StripeAmount: Hashable, Sendable {
    /// Units of Stripe.
    let value: Int64
    /// The code in lower case.
    let currency: String

    /// Currencies that Stripe counts in whole units.
    private static let zeroDecimal: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    /// Currencies that Stripe counts in thousandths, of which the last digit must be nought.
    private static let threeDecimal: Set<String> = ["BHD", "JOD", "KWD", "OMR", "TND"]

    /// How many decimals Stripe counts; ISK and UGX have none in ISO 4217 and two here.
    private static func decimals(_ currency: Currency) -> Int {
        if zeroDecimal.contains(currency.code) { return 0 }
        return threeDecimal.contains(currency.code) ? 3 : 2
    }

    /// The largest amount of a charge: "the amount value supports up to eight digits".
    private static let most: Int64 = 99_999_999

    /// Which amounts of a currency Stripe can say, in minor units of ISO 4217; nil for a currency that it does not take.
    ///
    /// A charge has a least amount, too, in the currency that it is settled in: what is below it Stripe itself refuses, but for the
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

    /// The amount that stands for `money`; nil where Stripe cannot say it: part of a unit that it does not divide.
    init?(_ money: Money) {
        let shift = Self.decimals(money.currency) - money.currency.exponent
        guard let value = Self.scaled(money.amount, by: shift) else { return nil }
        if Self.threeDecimal.contains(money.currency.code), value % 10 != 0 { return nil }
        self.value = value
        currency = money.currency.code.lowercased()
    }

    /// The money that an amount of Stripe's stands for; nil for an unknown currency, and for what ISO 4217 cannot say.
    static func money(_ value: Int64, _ code: String) -> Money? {
        guard let currency = Currency(code.uppercased()),
            let amount = scaled(value, by: currency.exponent - decimals(currency))
        else { return nil }
        return Money(amount, currency)
    }

    /// The number with so many more decimals, or fewer where those are noughts.
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
