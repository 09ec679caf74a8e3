extension StringProtocol {
    /// A text of a provider or a carrier for storage: in the normal form, with U+FFFD in place of characters that the rule
    /// refuses.
    ///
    /// It is not refused, since the shop cannot make the sender correct it.
    public func cleaned(_ rule: TextRule = .line) -> String {
        let text = normalForm
        guard rule.offender(in: text) != nil else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(rule.offender(in: String(scalar)) == nil ? scalar : "\u{FFFD}")
        }
        return String(result)
    }
}
