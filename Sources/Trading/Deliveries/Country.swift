/// Countries by their two-letter codes (ISO 3166-1 alpha-2).
public enum Country {
    /// The codes that addresses may have: all assigned ones, and `XK`, which postal services and carriers use for Kosovo.
    public static let codes: [String] = (table + ["XK"]).sorted()

    private static let known = Set(codes)

    /// The code in capitals, from any case; nil where it is not a code.
    public static func code(_ text: String) -> String? {
        let code = text.uppercased()
        return known.contains(code) ? code : nil
    }
}
