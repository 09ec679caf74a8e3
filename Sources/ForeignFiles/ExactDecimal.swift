/// A decimal number held exactly, in millionths.
package enum ExactDecimal {
    /// Millionths in one.
    package static let scale: Int64 = 1_000_000

    /// Reads `-12.34` and the like as millionths.
    ///
    /// Shape: an optional minus, digits, optionally a point and one to six digits. Nil for anything else: exponents, separators of
    /// thousands, a plus, or a number beyond Int64.
    package static func parse(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var text = SourceText.trim(bytes)
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { text.removeFirst() }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            parts.dropFirst().allSatisfy({ $0.count <= 6 })
        else { return nil }
        let fraction = parts.dropFirst().first ?? []
        var value: Int64 = 0
        for digit in parts[0] + fraction + repeatElement(UInt8(0x30), count: 6 - fraction.count) {
            guard let next = append(digit, to: value) else { return nil }
            value = next
        }
        return isNegative ? -value : value
    }

    /// Reads text as ``parse(_:)-(ArraySlice<UInt8>)`` does.
    package static func parse(_ text: String) -> Int64? {
        parse(Array(text.utf8)[...])
    }

    /// Reads a whole number.
    ///
    /// `6.0` and `6.00`, which tools write, are six; `6.5` is refused, and so is `6.000`, which may mean six thousand.
    package static func parseWhole(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let decimals = SourceText.trim(bytes).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .dropFirst()
        guard decimals.allSatisfy({ $0.count <= 2 }), let value = parse(bytes), value % scale == 0 else { return nil }
        return value / scale
    }

    /// Writes millionths with two to six decimals, exactly: `9747747.934`, or with `grouped` `9,747,747.934`.
    package static func format(_ millionths: Int128, grouped: Bool = false) -> String {
        let magnitude = millionths.magnitude
        var fraction = String(magnitude % UInt128(scale))
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = String(magnitude / UInt128(scale))
        return (millionths < 0 ? "-" : "") + (grouped ? group(whole) : whole) + "." + fraction
    }

    /// Puts a comma between thousands.
    package static func group(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0, result.last != "-" { result.append(",") }
            result.append(digit)
        }
        return result
    }

    private static func append(_ digit: UInt8, to value: Int64) -> Int64? {
        guard (0x30...0x39).contains(digit) else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int64(digit - 0x30))
        return overflow || carry ? nil : sum
    }
}
