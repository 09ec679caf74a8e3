import NIOCore
import NIOHTTP1

/// One request to the API.
package struct ClientRequest: Sendable {
    /// The method.
    package var method: HTTPMethod
    /// Path and query, percent-encoded, from the slash on.
    package var path: String
    /// The body, or nil.
    package var body: ByteBuffer?
    /// Media type of the body.
    package var contentType: String
    /// The idempotency key, which makes a repetition harmless on the server's side.
    package var idempotencyKey: String?
    /// How many seconds the server may wait for an outcome before it answers (`Prefer: wait`, RFC 7240); nil for no wait.
    package var wait: Int?
    /// Whether the request may be sent again when its outcome is unknown.
    package var isRepeatable: Bool

    /// A request; repeatable by default when it reads, replaces, or carries a key.
    package init(
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8]? = nil,
        contentType: String = "application/json",
        idempotencyKey: String? = nil,
        isRepeatable: Bool? = nil
    ) {
        self.method = method
        self.path = path
        self.body = body.map { ByteBuffer(bytes: $0) }
        self.contentType = contentType
        self.idempotencyKey = idempotencyKey
        self.isRepeatable =
            isRepeatable ?? (idempotencyKey != nil || method == .GET || method == .HEAD || method == .PUT)
    }
}

/// One answer of the API.
package struct ClientResponse: Sendable {
    /// The status.
    package var status: Int
    /// The headers.
    package var headers: HTTPHeaders
    /// The whole body.
    package var body: [UInt8]

    /// The pause that the server asks for, where it is given in seconds.
    package var retryAfter: Duration? {
        headers.first(name: "retry-after").flatMap { Int64($0) }.map { .seconds(max(0, $0)) }
    }
}

/// Why a request has no usable answer.
package enum ClientError: Error, Sendable, CustomStringConvertible {
    /// The address is not valid.
    case badURL(String)
    /// No answer came, or only a part of one; the outcome of the request is unknown.
    case unreachable(String)
    /// The very first request had no answer, so probably no server was started there.
    case nothingAnswers(String)
    /// The answer is longer than ``TradewindClient/answerBytesMax``.
    case answerTooLarge
    /// The server refused the request.
    case refused(APIProblem)
    /// The answer cannot be understood.
    case unreadable(String)
    /// The calling task was cancelled.
    case cancelled

    /// One sentence for the person at the terminal.
    package var description: String {
        switch self {
        case .badURL(let url): "\(url) is not an address of the form http://host:port"
        case .unreachable(let detail): "no answer from \(detail)"
        case .nothingAnswers(let detail):
            "no answer from \(detail)\nStart a shop with `tradewind up --data DIR`, or name the one that runs with --url or TRADEWIND_URL."
        case .answerTooLarge: "the answer is longer than \(TradewindClient.answerBytesMax) bytes"
        case .refused(let problem) where problem.status == 401:
            "\(problem)\nThe shop does not know this key: was it made for another data directory, or revoked? `tradewind keys list`"
        case .refused(let problem): problem.description
        case .unreadable(let detail): "the answer cannot be understood: \(detail)"
        case .cancelled: "cancelled"
        }
    }
}

extension ClientError {
    /// Whether the same run may get further later, without any change but in the server.
    package var mayPass: Bool {
        switch self {
        case .unreachable, .cancelled: true
        case .refused(let problem): problem.status == 429 || problem.status >= 500
        case .badURL, .nothingAnswers, .answerTooLarge, .unreadable: false
        }
    }
}
