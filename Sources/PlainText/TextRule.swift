// The characters that a text from outside may contain. Invisible control characters are refused: they end lines in logs, move
// cursors in terminals, end strings in C, and change the direction of the following text.

/// The characters that a kind of text must not contain.
public struct TextRule: Sendable {
    /// The refused characters, in ascending order.
    public let refused: [ClosedRange<UInt32>]

    /// A name or any other text of one line: no control characters, no line or paragraph separators, no bidirectional controls,
    /// and no code that is not a character.
    public static let line = TextRule(refused: [
        0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF,
    ])

    /// A text that identifies something, such as an e-mail address, a reference or the name of a member.
    ///
    /// It may contain what a line may contain, except invisible characters (Unicode's default ignorable characters, variation
    /// selectors among them, and blank letters) and all white space but the plain space: with those, two keys that look equal
    /// could differ.
    public static let key = TextRule(refused: [
        0x00...0x1F, 0x7F...0xA0, 0xAD...0xAD, 0x034F...0x034F, 0x061C...0x061C, 0x115F...0x1160, 0x1680...0x1680,
        0x17B4...0x17B5, 0x180B...0x180F, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x2800...0x2800,
        0x3000...0x3000, 0x3164...0x3164, 0xFDD0...0xFDEF, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0,
        0xFFF0...0xFFFB, 0xFFFE...0xFFFF, 0x1_BCA0...0x1_BCA3, 0x1_D173...0x1_D17A, 0xE_0000...0xE_0FFF,
    ])

    /// A text of several lines: it may also contain tab, line feed and carriage return, separators, and marks of direction.
    public static let lines = TextRule(refused: [
        0x00...0x08, 0x0B...0x0C, 0x0E...0x1F, 0x7F...0x9F, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF,
    ])

    /// The first refused character of a text; nil where there is none.
    public func offender(in text: some StringProtocol) -> Unicode.Scalar? {
        text.unicodeScalars.first { scalar in refused.contains { $0.contains(scalar.value) } }
    }

    /// A regular expression (ECMA-262, as in JSON Schema) that matches the allowed texts, as a JSON string without quotes.
    public var pattern: String { "^\(Self.set(not: refused))*$" }

    /// The same for texts that are not empty and neither begin nor end with a space.
    public var keyPattern: String {
        let (inner, edge) = (Self.set(not: refused), Self.set(not: refused, " "))
        return "^\(edge)(\(inner)*\(edge))?$"
    }

    /// The character set of all allowed characters, as a part of such an expression.
    ///
    /// - Parameter further: additional refused characters, as the expression spells them.
    public func set(without further: String = "") -> String { Self.set(not: refused, further) }

    private static func set(not ranges: [ClosedRange<UInt32>], _ further: String = "") -> String {
        "[^" + further + ranges.map { "\(spell($0.lowerBound))-\(spell($0.upperBound))" }.joined() + "]"
    }

    /// A character in an expression within a JSON string.
    ///
    /// Characters beyond the Basic Multilingual Plane are written as JSON writes them, since regular expression engines have no
    /// common escape for them.
    private static func spell(_ value: UInt32) -> String {
        guard value > 0xFFFF else { return #"\\u"# + Unicode.Scalar.hex(value) }
        let rest = value - 0x1_0000
        return [0xD800 + rest >> 10, 0xDC00 + rest & 0x3FF].map { #"\u"# + Unicode.Scalar.hex($0) }.joined()
    }
}

extension Unicode.Scalar {
    /// The character's number, as in `U+0000`.
    public var codePoint: String { "U+\(Self.hex(value).uppercased())" }

    /// At least four hex digits.
    static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
