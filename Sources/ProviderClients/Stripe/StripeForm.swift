import Bytes

/// Names and values in Stripe's format: `application/x-www-form-urlencoded`, nested members in brackets.
///
/// The order is kept, so that the same request has the same bytes: Stripe compares them when a key is repeated.
struct StripeForm: Sendable {
    private var pairs: [String] = []

    /// Adds a value; `name` may have brackets, as in `metadata[order]`, which are not escaped.
    mutating func set(_ name: String, _ value: String) {
        let encoded = name.split(separator: "[", omittingEmptySubsequences: false).map { part in
            part.split(separator: "]", omittingEmptySubsequences: false)
                .map { PercentEncoding.encode(String($0)) }.joined(separator: "]")
        }.joined(separator: "[")
        pairs.append("\(encoded)=\(PercentEncoding.encode(value))")
    }

    /// Adds an integer.
    mutating func set(_ name: String, _ value: Int64) {
        set(name, String(value))
    }

    /// Adds `true` or `false`.
    mutating func set(_ name: String, _ value: Bool) {
        set(name, value ? "true" : "false")
    }

    /// Adds metadata: at most 50 names of 40 characters, with 500 characters each, which are Stripe's limits.
    mutating func set(metadata: [String: String]) {
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }).prefix(50) {
            let plain = String(name.filter { $0 != "[" && $0 != "]" }.prefix(40))
            set("metadata[\(plain)]", String(value.prefix(500)))
        }
    }

    /// The text.
    var text: String { pairs.joined(separator: "&") }
}
