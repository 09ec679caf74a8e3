// Text from outside must not control a terminal: names in the ledger and texts of a server are printed with control characters
// escaped.

extension StringProtocol {
    /// The text for a terminal: control characters are escaped, as in `\u001B`; the rest is unchanged.
    ///
    /// A single line stays a single line. Cost: one pass by scalars.
    public var forTerminal: String { spelt(TextRule.line) }

    /// The same for a text of several lines, whose line feeds and tabs stay.
    ///
    /// Characters are escaped as in JSON, so that a JSON text keeps its meaning.
    public var linesForTerminal: String { spelt(TextRule.linesOfTerminal) }

    private func spelt(_ rule: TextRule) -> String {
        guard rule.offender(in: self) != nil else { return String(self) }
        var result = ""
        for scalar in unicodeScalars {
            if rule.offender(in: String(scalar)) == nil {
                result.unicodeScalars.append(scalar)
            } else {
                result += #"\u"# + Unicode.Scalar.hex(scalar.value).uppercased()
            }
        }
        return result
    }
}

extension TextRule {
    /// The characters escaped in lines for a terminal; carriage return too, since it overwrites the line.
    fileprivate static let linesOfTerminal = TextRule(refused: [
        0x00...0x08, 0x0B...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF,
    ])
}
