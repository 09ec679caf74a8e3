import PlainText

/// Whose an e-mail address is: two addresses with one key are one person's.
///
/// Case does not count, nor how a letter is composed. Lookups, uniqueness and erasure compare addresses by this key and nothing else.
public struct EmailKey: Hashable, Sendable {
    /// The address in lower case and the normal form.
    public let text: String

    /// The key of an address.
    public init(_ address: String) {
        // Lower case is made of the form and may leave it, as with a dotted capital I.
        text = address.normalForm.lowercased().normalForm
    }
}
