// What a terminal obeys must not come from a stranger: names in the ledger and words of a server are printed with every character
// that is a command spelt out.

extension StringProtocol {
    /// The text as a terminal may be given it: characters that it would obey are spelt out, as in `\u001B`; the rest is as it is.
    ///
    /// A text of one line stays one. Cost: one pass by scalars.
    public var forTerminal: String { spelt(TextRule.line) }

    /// The same of a text with lines, whose line feeds and tabs stay.
    ///
    /// Characters are spelt as JSON spells them, so that a JSON text stays one with the same meaning.
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
    /// What a terminal shows in lines: without carriage return, which overwrites what stands before it.
    fileprivate static let linesOfTerminal = TextRule(refused: [
        0x00...0x08, 0x0B...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF, 0xFFFE...0xFFFF,
    ])
}
