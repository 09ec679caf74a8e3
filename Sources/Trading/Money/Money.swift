// Money is a whole number of a currency's minor unit (pence, yen, fils). It is never a fraction and never floating point, no sum
// mixes currencies, and every operation checks for overflow: a total that does not fit is refused, because a wrong total is worse
// than none.

/// A whole number of minor units of one currency.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// Minor units; negative for money given back.
    public let amount: Int64
    /// The currency whose minor unit is counted.
    public let currency: Currency

    /// `amount` minor units of `currency`.
    public init(_ amount: Int64, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    /// Zero, in a currency.
    public static func zero(_ currency: Currency) -> Money {
        Money(0, currency)
    }

    /// Whether it is below zero.
    public var isNegative: Bool { amount < 0 }

    /// Whether it is zero.
    public var isZero: Bool { amount == 0 }

    /// The sum with `other`.
    ///
    /// - Throws: `currencyMismatch`, or `overflow` beyond 64 bits.
    public func adding(_ other: Money) throws(MoneyRefusal) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        return try checked(amount.addingReportingOverflow(other.amount))
    }

    /// The difference to `other`.
    ///
    /// - Throws: `currencyMismatch`, or `overflow` beyond 64 bits.
    public func subtracting(_ other: Money) throws(MoneyRefusal) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        return try checked(amount.subtractingReportingOverflow(other.amount))
    }

    /// The amount multiplied by a factor.
    ///
    /// - Throws: `overflow` beyond 64 bits.
    public func multiplied(by factor: Int64) throws(MoneyRefusal) -> Money {
        try checked(amount.multipliedReportingOverflow(by: factor))
    }

    /// The amount with the opposite sign.
    ///
    /// - Throws: `overflow` for the least 64-bit number, which has no opposite.
    public func negated() throws(MoneyRefusal) -> Money {
        try Money.zero(currency).subtracting(self)
    }

    /// The sum of `parts`, which must all be in `currency`; zero when there are none.
    ///
    /// - Throws: `currencyMismatch`, or `overflow` when the sum of the first parts is beyond 64 bits.
    public static func sum(_ parts: some Sequence<Money>, in currency: Currency) throws(MoneyRefusal) -> Money {
        var total = Money.zero(currency)
        for part in parts { total = try total.adding(part) }
        return total
    }

    private func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(MoneyRefusal) -> Money {
        guard !result.overflow else { throw .overflow }
        return Money(result.partialValue, currency)
    }
}

/// Why an amount cannot be computed, in order of precedence.
///
/// The same input fails again.
public enum MoneyRefusal: Error, Hashable, Sendable {
    /// The currencies differ.
    case currencyMismatch
    /// The text is not a decimal number.
    case notANumber
    /// The decimal number is not a whole number of minor units.
    case tooManyDecimals
    /// The amount exceeds 64 bits of minor units.
    case overflow
    /// No weight is above zero, or one is negative.
    case noWeights
}
