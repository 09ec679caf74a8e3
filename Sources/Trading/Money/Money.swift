// Money is a whole number of a currency's minor unit (pence, yen, fils). It is never a fraction and never floating point, no
// sum mixes currencies, and no operation overflows unseen: a total that cannot be held is refused, because a wrong total is worse
// than none.

/// A whole number of minor units of one currency.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// Minor units; negative for what is given back.
    public let amount: Int64
    /// The currency whose minor unit is counted.
    public let currency: Currency

    /// `amount` minor units of `currency`.
    public init(_ amount: Int64, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    /// Nothing, in a currency.
    public static func zero(_ currency: Currency) -> Money {
        Money(0, currency)
    }

    /// Whether it is less than nothing.
    public var isNegative: Bool { amount < 0 }

    /// Whether it is nothing.
    public var isZero: Bool { amount == 0 }

    /// The sum with `other`; throws `currencyMismatch`, or `overflow` beyond 64 bits.
    public func adding(_ other: Money) throws(MoneyRefusal) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        return try checked(amount.addingReportingOverflow(other.amount))
    }

    /// What is left without `other`; throws `currencyMismatch`, or `overflow` beyond 64 bits.
    public func subtracting(_ other: Money) throws(MoneyRefusal) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        return try checked(amount.subtractingReportingOverflow(other.amount))
    }

    /// This many times the amount; throws `overflow` beyond 64 bits.
    public func multiplied(by factor: Int64) throws(MoneyRefusal) -> Money {
        try checked(amount.multipliedReportingOverflow(by: factor))
    }

    /// The same amount the other way; throws `overflow` for the least 64-bit number, which has no opposite.
    public func negated() throws(MoneyRefusal) -> Money {
        try Money.zero(currency).subtracting(self)
    }

    /// The sum of `parts`, which are all in `currency`; nothing when there are none.
    ///
    /// Throws `currencyMismatch`, or `overflow` when the sum up to some part is beyond 64 bits.
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

/// Why an amount cannot be had, in order of precedence.
public enum MoneyRefusal: Error, Hashable, Sendable {
    /// Two currencies in one sum.
    case currencyMismatch
    /// A text that is not a decimal number.
    case notANumber
    /// A decimal number that is not a whole number of minor units.
    case tooManyDecimals
    /// Beyond 64 bits of minor units.
    case overflow
    /// Nothing to allocate over: no weight is above zero, or one is below.
    case noWeights
}
