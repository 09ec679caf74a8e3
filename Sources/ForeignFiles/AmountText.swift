// Amounts as people write them. 10.000 is ten to one reader and ten thousand to another, so a number is read only if it is
// unambiguous: plain digits, with a decimal mark and no more decimals than the currency has. A refusal says what is expected.

import Trading

/// The mark between whole units and decimals.
package enum DecimalMark: String, CaseIterable, Sendable {
    /// As in 1250.50.
    ///
    /// No separator of thousands is allowed.
    case point
    /// As in 1250,50, and in 1.250,50: if the comma is the decimal mark, a point can only separate thousands.
    case comma
}

/// Why a text is not an amount.
package enum AmountTextError: Error, Equatable, Sendable {
    /// It is not a plain number; the sentence says what is expected.
    case notPlain(String)
    /// It has more decimals than the currency, noughts or not.
    case tooManyDecimals(String)
    /// It is negative.
    case negative(String)
    /// It exceeds 64 bits.
    case tooLarge(String)

    /// One sentence for the person who owns the file.
    package var reason: String {
        switch self {
        case .notPlain(let words), .tooManyDecimals(let words), .negative(let words), .tooLarge(let words): words
        }
    }
}

/// Reading of amounts.
package enum AmountText {
    /// Minor units of an amount in major units, which must not be negative.
    ///
    /// - Throws: ``AmountTextError``; the same text fails again.
    package static func minorUnits(
        _ text: String,
        in currency: Currency,
        mark: DecimalMark = .point
    ) throws(AmountTextError) -> Int64 {
        if text.first == "-" { throw .negative("\(shown(text)) is below zero") }
        guard let plain = mark == .point ? text : pointed(text) else { throw .notPlain(expected(text, currency, mark)) }
        let parts = plain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
            throw .notPlain(expected(text, currency, mark))
        }
        guard parts.count == 1 || parts[1].count <= currency.exponent else {
            throw .tooManyDecimals(
                "\(shown(text)) has more decimals than \(currency.code), which has \(currency.exponent); "
                    + "\(example(currency, mark)) is expected"
            )
        }
        do throws(MoneyRefusal) {
            return try Money(decimal: plain, currency).amount
        } catch {
            throw .tooLarge("\(shown(text)) is more than an amount can be")
        }
    }

    /// Text with a decimal comma, and points, blanks or apostrophes between all of its thousands or none, as text with a point.
    ///
    /// 0.250 never means two hundred and fifty: a group of thousands does not begin with a nought.
    package static func pointed(_ text: String) -> String? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first else { return nil }
        let marks = Set(whole.filter { !$0.isASCII || !$0.isNumber })
        guard marks.count <= 1, marks.allSatisfy({ ". \u{A0}\u{202F}'’".contains($0) }) else { return nil }
        let groups = whole.split(omittingEmptySubsequences: false) { marks.contains($0) }
        let isGrouped =
            (1...3).contains(groups[0].count) && groups[0].first != "0"
            && groups.dropFirst().allSatisfy { $0.count == 3 }
        guard groups.count == 1 || isGrouped else { return nil }
        return groups.joined() + parts.dropFirst().map { "." + $0 }.joined()
    }

    private static func expected(_ text: String, _ currency: Currency, _ mark: DecimalMark) -> String {
        var words =
            "\(shown(text)) cannot be read: \(example(currency, mark)) is expected, digits and nothing between thousands"
        if mark == .point, text.contains(",") { words += "; with --decimal-mark comma a comma is the decimal mark" }
        return words
    }

    /// An example of fifteen hundred.
    private static func example(_ currency: Currency, _ mark: DecimalMark) -> String {
        guard currency.exponent > 0 else { return "1250" }
        return "1250" + (mark == .point ? "." : ",") + "5" + String(repeating: "0", count: currency.exponent - 1)
    }

    private static func shown(_ text: String) -> String {
        SourceText.clip(text, to: 40)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte)
    }
}
