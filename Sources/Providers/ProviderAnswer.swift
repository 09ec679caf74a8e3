// The outcome of a call to an external system. The one mistake to avoid is to take "unknown" for "no": a charge that may have
// happened is looked up, never tried anew.

/// The outcome of a call to a provider.
public enum ProviderAnswer<Value: Sendable>: Sendable {
    /// It was done; sending the same key again gives the same value.
    case done(Value)
    /// The provider refused the request permanently; nothing was done.
    case refused(ProviderRefusal)
    /// Nothing was done, and a later attempt may succeed: no connection, overload, an open breaker.
    case notDone(ProviderTrouble)
    /// It may or may not have been done: the answer was lost, too late, or invalid.
    ///
    /// Only the same key may be sent again.
    case unknown(ProviderTrouble)
}

/// Why a provider refused.
public struct ProviderRefusal: Error, Hashable, Sendable {
    /// A short stable word for programs, such as `card_declined`.
    public var code: String
    /// For people; safe to show to a client.
    public var detail: String

    /// A refusal.
    public init(code: String, detail: String = "") {
        self.code = code
        self.detail = detail
    }
}

/// Why a call has no definite result.
public struct ProviderTrouble: Error, Hashable, Sendable {
    /// A short stable word for metrics: `connect`, `timeout`, `reset`, `status_503`, `breaker_open`, `nonsense`.
    public var code: String
    /// For the log.
    public var detail: String
    /// The provider's own text, for people; nil where there is none.
    public var words: String?
    /// The wait that the provider asked for.
    public var retryAfter: Duration?

    /// A trouble.
    public init(code: String, detail: String = "", words: String? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.detail = detail
        self.words = words
        self.retryAfter = retryAfter
    }
}

extension ProviderTrouble {
    /// Whether the provider did answer, and has not decided yet.
    var isPending: Bool { code == "pending" }
}

extension ProviderAnswer {
    /// The answer with a transformed value.
    public func map<Other>(_ transform: (Value) -> Other) -> ProviderAnswer<Other> {
        switch self {
        case .done(let value): .done(transform(value))
        case .refused(let refusal): .refused(refusal)
        case .notDone(let trouble): .notDone(trouble)
        case .unknown(let trouble): .unknown(trouble)
        }
    }
}
