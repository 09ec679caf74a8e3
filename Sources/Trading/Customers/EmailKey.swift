import PlainText

/// The identity of an e-mail address: two addresses with the same key belong to one person.
///
/// Case does not count, nor the composition of letters, nor variants of a letter by case mapping or position: `ß` is `ss`, and
/// `ς` is `σ`. A domain in its own script and the same domain in ASCII (`xn--…`) have different keys. Look-ups, uniqueness and
/// erasure compare addresses by this key alone.
public struct EmailKey: Hashable, Sendable {
    /// The address with its case folded, in the normal form.
    public let text: String

    /// The key of an address.
    public init(_ address: String) {
        let form = address.normalForm
        // Case folding may leave the normal form, as with a dotted capital I, so the result is normalised again.
        text =
            form.utf8.allSatisfy { $0 < 0x80 }
            ? form.lowercased() : form.unicodeScalars.map(Self.folded).joined().normalForm
    }

    /// A character with its case folded, as closely as the tables of the standard library allow (The Unicode Standard, section
    /// 3.13): the lower case of the upper case, which is two letters for `ß` and one for `σ` and `ς`.
    private static func folded(_ scalar: Unicode.Scalar) -> String {
        // A dotless i must stay distinct from i, although both have the same capital.
        if scalar == "\u{131}" { return String(scalar) }
        let lower = scalar.properties.lowercaseMapping
        return lower.uppercased().lowercased()
    }
}
