/// A provider's text for people, made safe to store and show: it may be any text of any length.
public enum ProviderWords {
    /// The most Unicode scalars that are stored.
    public static let maxScalars = 300

    /// The text on one line, without control characters, keys or card numbers; nil where nothing is left.
    public static func clean(_ text: String) -> String? {
        var plain = String.UnicodeScalarView()
        // Enough to cut at words below; the rest of a longer text is not read at all.
        for scalar in text.unicodeScalars.prefix(4 * maxScalars) {
            plain.append(isPrintable(scalar) ? scalar : " ")
        }
        let words = String(plain).split(separator: " ").map { isSecret($0) ? "…" : String($0) }
        let line = withoutCardNumbers(words.joined(separator: " "))
        guard !line.isEmpty else { return nil }
        guard line.unicodeScalars.count > maxScalars else { return line }
        return String(String.UnicodeScalarView(line.unicodeScalars.prefix(maxScalars - 1))) + "…"
    }

    /// Control, format, private and unassigned characters could disturb a terminal, or change the direction of text.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// Whether a word contains the mark with which providers' keys and secrets begin.
    private static func isSecret(_ word: Substring) -> Bool {
        ["sk_", "rk_", "pk_", "whsec_", "_secret_", "Bearer"].contains { word.contains($0) }
    }

    /// Removes digits that may be a card number: 12 and more, perhaps in groups.
    private static func withoutCardNumbers(_ line: String) -> String {
        var result = ""
        var run = ""
        func flush() {
            result += run.count(where: \.isWholeNumber) >= 12 ? "…" : run
            run = ""
        }
        for character in line {
            if character.isWholeNumber || (!run.isEmpty && (character == " " || character == "-")) {
                run.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }
}
