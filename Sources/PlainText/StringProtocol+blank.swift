extension StringProtocol {
    /// Whether it shows nothing: it is empty, or all white space and invisible characters.
    public var isBlank: Bool {
        unicodeScalars.allSatisfy { $0 == " " || TextRule.key.offender(in: String($0)) != nil }
    }

    /// The text without white space of any kind at its ends.
    public var trimmed: String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
        let start = unicodeScalars.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }
        guard let end else { return "" }
        return String(String.UnicodeScalarView(start[...end]))
    }
}
