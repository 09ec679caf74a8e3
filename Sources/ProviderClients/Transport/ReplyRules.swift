import JSON
import PlainText
import Providers

/// The outcome by the status of a provider's reply.
///
/// | status | outcome |
/// |---|---|
/// | 2xx, readable | done |
/// | 2xx, unreadable | unknown |
/// | one of `nothingDone`, and 401 and 403 | not done |
/// | one of `refusing`, in the provider's own format | refused |
/// | anything else | unknown |
struct ReplyRules: Sendable {
    /// Statuses that mean that nothing was done and a later attempt may succeed.
    var nothingDone: Set<Int>
    /// Statuses that mean a final refusal; a body in another format may come from a proxy, and does not count.
    var refusing: Set<Int>

    /// The outcome of a reply.
    ///
    /// - Parameters:
    ///   - words: the provider's reason in an unsuccessful body; nil where the body is not the provider's.
    ///   - value: the value in a successful body.
    func answer<Value: Sendable>(
        _ reply: ProviderReply,
        words: (ProviderReply) -> ProviderRefusal?,
        value: (ProviderReply) throws(JSONError) -> ProviderAnswer<Value>
    ) -> ProviderAnswer<Value> {
        if (200..<300).contains(reply.status) {
            do throws(JSONError) {
                return try value(reply)
            } catch {
                return .unknown(ProviderTrouble(code: "nonsense", detail: "\(error)"))
            }
        }
        let reason = words(reply)
        let trouble = ProviderTrouble(
            code: "status_\(reply.status)",
            detail: reason.map { "\($0.code): \($0.detail)" } ?? "",
            words: reply.status == 401 || reply.status == 403 ? nil : reason?.detail,
            retryAfter: reply.retryAfter
        )
        // A wrong key is the shop's mistake, not the customer's: nothing was done, and it will succeed once the key is right.
        if nothingDone.contains(reply.status) || reply.status == 401 || reply.status == 403 { return .notDone(trouble) }
        if let reason, refusing.contains(reply.status) { return .refused(reason) }
        return .unknown(trouble)
    }
}

extension ProviderReply {
    /// Reads the whole body as one JSON value.
    func json<Value>(_ read: (inout JSONReader) throws(JSONError) -> Value) throws(JSONError) -> Value {
        var reader = JSONReader(body)
        let value = try read(&reader)
        try reader.finish()
        return value
    }
}

extension JSONReader {
    /// Reads text, with refused characters replaced, or nil for null.
    mutating func text() throws(JSONError) -> String? {
        try isNull() ? nil : try string(maxBytes: 16_384).cleaned()
    }

    /// Throws where a member is missing.
    func required<Value>(_ value: Value?, _ name: String) throws(JSONError) -> Value {
        guard let value else { throw missing(name) }
        return value
    }
}
