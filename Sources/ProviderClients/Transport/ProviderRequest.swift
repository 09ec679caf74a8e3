import NIOHTTP1

/// One request to a provider.
struct ProviderRequest: Sendable {
    /// The operation, for metrics: a bounded name, such as `authorise`.
    var operation: String
    /// The method.
    var method: HTTPMethod
    /// Path and query, percent-encoded, from the slash on.
    var path: String
    /// Additional headers.
    var headers: [(name: String, value: String)] = []
    /// The body; nil for none.
    var body: [UInt8]?
    /// The most bytes of an answer.
    var answerBytesMax = 4 << 20

    /// A request.
    init(_ operation: String, _ method: HTTPMethod, _ path: String) {
        self.operation = operation
        self.method = method
        self.path = path
    }

    /// The same request with an additional header.
    func header(_ name: String, _ value: String) -> ProviderRequest {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// The same request with a body.
    func body(_ bytes: [UInt8], _ mediaType: String) -> ProviderRequest {
        var copy = header("content-type", mediaType)
        copy.body = bytes
        return copy
    }
}

/// A provider's reply, with any status.
struct ProviderReply: Sendable {
    /// The status.
    var status: Int
    /// The headers.
    var headers: HTTPHeaders
    /// The whole body.
    var body: [UInt8]

    /// The wait that the provider asks for, where it is given in seconds; an hour at most.
    var retryAfter: Duration? {
        headers.first(name: "retry-after").flatMap { Int64($0) }.map { .seconds(min(max(0, $0), 3600)) }
    }

    /// The body's media type without its parameters; empty when there is none.
    var mediaType: String {
        String(headers.first(name: "content-type")?.prefix { $0 != ";" } ?? "")
    }
}

/// One call to a provider, for metrics and the log.
public struct ProviderExchange: Sendable {
    /// The outcome of a call.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It was done.
        case done
        /// The provider refused it.
        case refused
        /// Nothing was done.
        case notDone
        /// It may have been done.
        case unknown
    }

    /// The provider's name.
    public var provider: String
    /// The operation, such as `authorise`; one of a few names.
    public var operation: String
    /// The outcome.
    public var outcome: Outcome
    /// The code of the trouble; nil when there was none.
    public var trouble: String?
    /// How long it took.
    public var duration: Duration
}
