/// Names and values as Stripe takes them: `application/x-www-form-urlencoded`, members of members in brackets.
///
/// Order is kept, so that the same request is the same bytes: Stripe compares them when a key comes again.
struct StripeForm: Sendable {
    private var pairs: [String] = []

    /// Puts a value; `name` may have brackets, as `metadata[order]`, which stay as they are.
    mutating func set(_ name: String, _ value: String) {
        let encoded = name.split(separator: "[", omittingEmptySubsequences: false).map { part in
            part.split(separator: "]", omittingEmptySubsequences: false)
                .map { PercentEncoding.encode(String($0)) }.joined(separator: "]")
        }.joined(separator: "[")
        pairs.append("\(encoded)=\(PercentEncoding.encode(value))")
    }

    /// Puts a whole number.
    mutating func set(_ name: String, _ value: Int64) {
        set(name, String(value))
    }

    /// Puts `true` or `false`.
    mutating func set(_ name: String, _ value: Bool) {
        set(name, value ? "true" : "false")
    }

    /// Puts metadata: at most 50 names of 40 characters, with 500 characters each, which is what Stripe keeps.
    mutating func set(metadata: [String: String]) {
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }).prefix(50) {
            let plain = String(name.filter { $0 != "[" && $0 != "]" }.prefix(40))
            set("metadata[\(plain)]", String(value.prefix(500)))
        }
    }

    /// The text.
    var text: String { pairs.joined(separator: "&") }
}
