import ForeignFiles

/// Reads fields that other tools write in several ways.
enum RetailText {
    /// A customer's number without the `.0` that spreadsheets and data frames add.
    static func customer(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let number = bytes.dropLast(2)
        guard !number.isEmpty, bytes.suffix(2) == [UInt8(ascii: "."), UInt8(ascii: "0")],
            number.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return bytes }
        return number
    }

    /// Millionths of a price in a currency with two decimals; nil where it is ambiguous.
    ///
    /// A price that is really finer than a penny, such as 0.001, is read: it is an exception with a known value. A price with
    /// noughts after the pennies, or with possible thousands after the point, such as 2.550 and 1.255, is ambiguous.
    static func millionths(_ bytes: ArraySlice<UInt8>, mark: DecimalMark) -> Int64? {
        var text = SourceText.trim(bytes)
        if mark == .comma {
            guard let pointed = pointed(text) else { return nil }
            text = pointed
        }
        guard let value = ExactDecimal.parse(text) else { return nil }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count > 2 else { return value }
        let whole = parts[0].drop { $0 == UInt8(ascii: "-") }
        let mayBeThousands = parts[1].count == 3 && whole.count <= 3 && whole.first != UInt8(ascii: "0")
        return mayBeThousands || value % Int64(RetailBounds.millionthsInMinor) == 0 ? nil : value
    }

    /// A whole number of units; nil where it is ambiguous.
    static func units(_ bytes: ArraySlice<UInt8>, mark: DecimalMark) -> Int64? {
        guard mark == .comma else { return ExactDecimal.parseWhole(bytes) }
        return pointed(SourceText.trim(bytes)).flatMap { ExactDecimal.parseWhole($0) }
    }

    /// A number with a decimal comma as one with a point, by the rules for all amounts; a minus is allowed.
    private static func pointed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let text = AmountText.pointed(SourceText.decode(isNegative ? bytes.dropFirst() : bytes))
        return text.map { Array(((isNegative ? "-" : "") + $0).utf8)[...] }
    }
}
