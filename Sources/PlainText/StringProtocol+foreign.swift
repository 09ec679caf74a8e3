extension StringProtocol {
    /// Words of a provider or a carrier as they are kept: in the normal form, with characters that the rule refuses as U+FFFD.
    ///
    /// Whoever sent them does not mend them, so they are not refused.
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
