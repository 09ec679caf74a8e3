// A token is what the provider gave the buyer's browser in place of a card. Card numbers must never be accepted: a text that is
// one is refused before any part of it is stored.

/// Why a text is not a token, in order of precedence.
public enum PaymentTokenRefusal: Error, Hashable, Sendable {
    /// It is a card number.
    case cardNumber
    /// It is empty, too long, or has other characters than a token.
    case malformed
}

/// The text that a provider is given to charge.
public enum PaymentToken {
    /// The most bytes of a token.
    public static let maxBytes = 255

    /// Refuses texts that are not a token: 1 to 255 letters, digits and `_ - . : ~ + / =`.
    public static func check(_ text: String) throws(PaymentTokenRefusal) {
        guard !looksLikeCardNumber(text) else { throw .cardNumber }
        guard (1...maxBytes).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else { throw .malformed }
    }

    /// Whether a text is 12 to 19 digits, perhaps in groups, with the check digit of card numbers.
    ///
    /// Source: ISO/IEC 7812-1, annex B (Luhn).
    public static func looksLikeCardNumber(_ text: String) -> Bool {
        let separators = Set(" -.\u{A0}".unicodeScalars)
        let plain = text.unicodeScalars.filter { !separators.contains($0) }
        let digits = plain.compactMap { $0.properties.numericType == .decimal ? $0.properties.numericValue : nil }
        guard digits.count == plain.count, (12...19).contains(digits.count) else { return false }
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let doubled = Int(digit) * (index % 2 == 0 ? 1 : 2)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-.:~+/=".utf8.contains(byte)
        }
    }
}
