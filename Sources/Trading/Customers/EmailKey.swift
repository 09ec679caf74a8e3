import PlainText

/// Whose an e-mail address is: two addresses with one key are one person's.
///
/// Case does not count, nor how a letter is composed, nor which of its forms a letter has that is two in capitals or stands at a word's
/// end: `ß` is `ss`, and `ς` is `σ`. A domain in the letters of its language and the same in ASCII (`xn--…`) stay two. Lookups, uniqueness and erasure compare addresses by this key and nothing else.
public struct EmailKey: Hashable, Sendable {
    /// The address with its case folded, in the normal form.
    public let text: String

    /// The key of an address.
    public init(_ address: String) {
        let form = address.normalForm
        // Folding is made of the form and may leave it, as with a dotted capital I.
        text =
            form.utf8.allSatisfy { $0 < 0x80 }
            ? form.lowercased() : form.unicodeScalars.map(Self.folded).joined().normalForm
    }

    /// A character with its case folded, as nearly as the tables of the standard library say it (The Unicode Standard, section 3.13): in
    /// lower case, by way of capitals, which are two for `ß` and one for `σ` and `ς`.
    private static func folded(_ scalar: Unicode.Scalar) -> String {
        // A dotless i is no i, though their capitals are one.
        if scalar == "\u{131}" { return String(scalar) }
        let lower = scalar.properties.lowercaseMapping
        return lower.uppercased().lowercased()
    }
}
