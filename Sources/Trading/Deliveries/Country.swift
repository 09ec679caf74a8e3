/// Countries by their two-letter codes (ISO 3166-1 alpha-2).
public enum Country {
    /// The codes that addresses may have: those that are assigned, and `XK`, by which the post and carriers know Kosovo.
    public static let codes: [String] = (table + ["XK"]).sorted()

    private static let known = Set(codes)

    /// The code in capitals, however it was written; nil where it is none.
    public static func code(_ text: String) -> String? {
        let code = text.uppercased()
        return known.contains(code) ? code : nil
    }
}
