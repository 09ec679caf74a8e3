// Which characters a text from outside may hold. What cannot be seen but is obeyed is refused: it ends lines in logs, moves cursors in
// terminals, ends strings in C, and turns the direction of what follows.

/// The characters that a text of one kind does not hold.
public struct TextRule: Sendable {
    /// The characters that are refused, in ascending order.
    public let refused: [ClosedRange<UInt32>]

    /// A name or any other text of one line: no control characters, no line or paragraph separators, nothing that turns
    /// the direction of what follows, and no code that is not a character.
    public static let line = TextRule(refused: [
        0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF,
    ])

    /// A text by which something is known, as an e-mail address, a reference or the name of a member.
    ///
    /// It holds what a line may hold, but for what nobody sees (Unicode's default ignorable characters, variation selectors among them,
    /// and blank letters) and for every white space but the common one: with those, two keys that read the same would be two.
    public static let key = TextRule(refused: [
        0x00...0x1F, 0x7F...0xA0, 0xAD...0xAD, 0x034F...0x034F, 0x061C...0x061C, 0x115F...0x1160, 0x1680...0x1680,
        0x17B4...0x17B5, 0x180B...0x180F, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x2800...0x2800,
        0x3000...0x3000, 0x3164...0x3164, 0xFDD0...0xFDEF, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0,
        0xFFF0...0xFFFB, 0xFFFE...0xFFFF, 0x1_BCA0...0x1_BCA3, 0x1_D173...0x1_D17A, 0xE_0000...0xE_0FFF,
    ])

    /// A text that may have lines: it may hold tab, line feed and carriage return as well, separators, and marks of direction.
    public static let lines = TextRule(refused: [
        0x00...0x08, 0x0B...0x0C, 0x0E...0x1F, 0x7F...0x9F, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF,
    ])

    /// The first character of a text that the rule refuses; nil for a text that keeps it.
    public func offender(in text: some StringProtocol) -> Unicode.Scalar? {
        text.unicodeScalars.first { scalar in refused.contains { $0.contains(scalar.value) } }
    }

    /// A regular expression (ECMA-262, as in JSON Schema) that matches the texts which keep the rule, as a JSON string without quotes.
    public var pattern: String { "^\(Self.set(not: refused))*$" }

    /// The same of texts that are not empty and neither begin nor end with a space.
    public var keyPattern: String {
        let (inner, edge) = (Self.set(not: refused), Self.set(not: refused, " "))
        return "^\(edge)(\(inner)*\(edge))?$"
    }

    /// The set of the characters that stand outside of all ranges, as part of such an expression.
    ///
    /// - Parameter further: characters as the expression spells them, which are refused as well.
    public func set(without further: String = "") -> String { Self.set(not: refused, further) }

    private static func set(not ranges: [ClosedRange<UInt32>], _ further: String = "") -> String {
        "[^" + further + ranges.map { "\(spell($0.lowerBound))-\(spell($0.upperBound))" }.joined() + "]"
    }

    /// A character in an expression within a JSON string.
    ///
    /// Those beyond the Basic Multilingual Plane stand for themselves, as JSON spells them: readers of expressions have no common way.
    private static func spell(_ value: UInt32) -> String {
        guard value > 0xFFFF else { return #"\\u"# + Unicode.Scalar.hex(value) }
        let rest = value - 0x1_0000
        return [0xD800 + rest >> 10, 0xDC00 + rest & 0x3FF].map { #"\u"# + Unicode.Scalar.hex($0) }.joined()
    }
}

extension Unicode.Scalar {
    /// The character by its number, as in `U+0000`.
    public var codePoint: String { "U+\(Self.hex(value).uppercased())" }

    /// At least four hex digits.
    static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
