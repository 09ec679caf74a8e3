extension Money {
    /// The exact amount of a decimal number in major units: `"2.55"` of sterling is 255 pence.
    ///
    /// Shape: an optional minus, digits, and optionally a point with digits; no exponent, grouping or white space. Digits beyond
    /// the minor unit are refused, even noughts: 10.000 in a currency with two decimals may mean ten thousand.
    ///
    /// - Throws: `notANumber`, `tooManyDecimals` or `overflow`.
    public init(decimal: String, _ currency: Currency) throws(MoneyRefusal) {
        var isNegative = false
        var magnitude: UInt64 = 0
        var hasOverflow = false
        // The number of decimals read, or nil before the point.
        var decimals: Int?
        var digits = 0
        var isTooFine = false
        for (index, byte) in decimal.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0:
                isNegative = true
            case UInt8(ascii: ".") where decimals == nil && digits > 0:
                (decimals, digits) = (0, 0)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if let count = decimals, count == currency.exponent {
                    isTooFine = true
                } else {
                    decimals = decimals.map { $0 + 1 }
                    hasOverflow = !Self.append(byte - UInt8(ascii: "0"), to: &magnitude) || hasOverflow
                }
            default:
                throw .notANumber
            }
        }
        guard digits > 0 else { throw .notANumber }
        guard !isTooFine else { throw .tooManyDecimals }
        for _ in (decimals ?? 0)..<currency.exponent {
            hasOverflow = !Self.append(0, to: &magnitude) || hasOverflow
        }
        guard !hasOverflow, let amount = Self.signed(magnitude, isNegative: isNegative) else { throw .overflow }
        self.init(amount, currency)
    }

    /// The code and the amount in major units, as in `GBP 12.50`, `JPY 1250` and `KWD -1.250`.
    public var description: String {
        var digits = String(amount.magnitude)
        let missing = currency.exponent + 1 - digits.utf8.count
        if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
        let major = digits.dropLast(currency.exponent)
        let minor = digits.suffix(currency.exponent)
        return "\(currency.code) \(isNegative ? "-" : "")\(major)\(minor.isEmpty ? "" : ".")\(minor)"
    }

    /// Appends a digit to `value`; false when it no longer fits.
    private static func append(_ digit: UInt8, to value: inout UInt64) -> Bool {
        let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(UInt64(digit))
        value = sum
        return !isTooLarge && !overflow
    }

    /// The number with this magnitude and sign; nil when it does not fit.
    private static func signed(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
        isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude)
    }
}
