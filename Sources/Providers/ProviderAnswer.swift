// What is known after a call to somebody else's system. The one mistake that must not be made is to take "we do not know" for
// "no": a charge that may have happened is found out about, never tried anew.

/// What is known after a call to a provider.
public enum ProviderAnswer<Value: Sendable>: Sendable {
    /// It was done; sending the same key again gives the same value.
    case done(Value)
    /// The provider took the request and said no, for good; nothing was done.
    case refused(ProviderRefusal)
    /// Nothing was done, and trying later may work: no connection, too busy, an open breaker.
    case notDone(ProviderTrouble)
    /// It may or may not have been done: the answer was lost, came too late, or made no sense.
    case unknown(ProviderTrouble)
}

/// Why a provider said no.
public struct ProviderRefusal: Error, Hashable, Sendable {
    /// A short stable word for programs, as in `card_declined`.
    public var code: String
    /// For people; safe to show to a stranger.
    public var detail: String

    /// A refusal.
    public init(code: String, detail: String = "") {
        self.code = code
        self.detail = detail
    }
}

/// Why a call came to nothing, or to nobody knows what.
public struct ProviderTrouble: Error, Hashable, Sendable {
    /// A short stable word for metrics: `connect`, `timeout`, `reset`, `status_503`, `breaker_open`, `nonsense`.
    public var code: String
    /// For the log.
    public var detail: String
    /// What the provider itself said, for people; nil where nothing came from it.
    public var words: String?
    /// When to try again at the earliest, where the provider said so.
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
    /// The answer with its value changed.
    public func map<Other>(_ transform: (Value) -> Other) -> ProviderAnswer<Other> {
        switch self {
        case .done(let value): .done(transform(value))
        case .refused(let refusal): .refused(refusal)
        case .notDone(let trouble): .notDone(trouble)
        case .unknown(let trouble): .unknown(trouble)
        }
    }
}
