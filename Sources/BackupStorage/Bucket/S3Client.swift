import AsyncHTTPClient
import Bytes
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import PlainText
import Resilience
import Time

/// Sends signed requests to a bucket, and repeats those that may succeed later.
final class S3Client: Sendable {
    /// Bounds of a request.
    struct Limits: Sendable {
        /// The time for opening a connection.
        var connect = Duration.seconds(5)
        /// The time in which a connection must move.
        var idle = Duration.seconds(30)
        /// The time of a whole attempt.
        var attempt = Duration.seconds(300)
        /// How often and when a request is repeated.
        var retries = Backoff.Settings(base: .milliseconds(200), cap: .seconds(5), retries: 4)
        /// The most objects of one page of a list.
        var pageObjects = 1000
        /// The most bytes of an answer that is no piece.
        var answerBytesMax = 8 << 20
    }

    /// Where the bucket is.
    let address: S3Address
    private let signature: S3Signature
    /// Its bounds.
    let limits: Limits
    private let http: HTTPClient

    init(_ address: S3Address, _ signature: S3Signature, limits: Limits = Limits()) {
        self.address = address
        self.signature = signature
        self.limits = limits
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: TimeAmount(limits.connect),
            read: TimeAmount(limits.idle),
            write: TimeAmount(limits.idle)
        )
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    deinit { http.shutdown { _ in } }

    /// Closes all connections.
    func close() async {
        // At the end of its use a failed shutdown has no consequence.
        try? await http.shutdown()
    }

    /// Sends a request, again and again where that makes sense, and returns the answer.
    ///
    /// - Throws: `away` where there was no answer but such as ask for another attempt.
    func send(_ request: S3Request) async throws(StorageFailure) -> S3Answer {
        var backoff = Backoff(limits.retries)
        while true {
            let words: String
            var asked = Duration.zero
            switch await attempt(request) {
            case .success(let answer):
                guard answer.isPassing else { return answer }
                words = answer.words
                asked = answer.retryAfter
            case .failure(let trouble): words = trouble.words
            }
            guard
                let wait = backoff.next(random: .random(in: 0..<1), asked: asked, at: .now),
                (try? await Task.sleep(for: wait)) != nil
            else { throw .away("\(address.host): \(address.bucket): \(words)") }
        }
    }

    /// Sends a request once, and returns the answer.
    ///
    /// - Throws: `away` where there was none.
    func sendOnce(_ request: S3Request) async throws(StorageFailure) -> S3Answer {
        switch await attempt(request) {
        case .success(let answer): return answer
        case .failure(let trouble): throw .away("\(address.host): \(address.bucket): \(trouble.words)")
        }
    }

    /// One attempt, bounded in time from its beginning to the last byte of the answer.
    private func attempt(_ request: S3Request) async -> Result<S3Answer, S3Trouble> {
        await withTaskGroup(of: Result<S3Answer, S3Trouble>.self) { group in
            group.addTask { await self.exchange(request) }
            group.addTask { [limits] in
                try? await Task.sleep(for: limits.attempt)
                return .failure(S3Trouble(words: "no whole answer within \(limits.attempt)"))
            }
            let first = await group.next() ?? .failure(S3Trouble(words: "cancelled"))
            group.cancelAll()
            return first
        }
    }

    private func exchange(_ request: S3Request) async -> Result<S3Answer, S3Trouble> {
        do {
            let answer = try await http.execute(prepared(request), deadline: .now() + TimeAmount(limits.attempt))
            let most = (200..<300).contains(answer.status.code) ? request.answerBytesMax : nil
            let body = try await answer.body.collect(upTo: most ?? limits.answerBytesMax)
            return .success(
                S3Answer(status: Int(answer.status.code), headers: answer.headers, body: [UInt8](buffer: body))
            )
        } catch {
            return .failure(S3Trouble(words: "\(error)".cleaned()))
        }
    }

    private func prepared(_ request: S3Request) -> HTTPClientRequest {
        let path = address.path(of: request.object)
        let query = S3Signature.encoded(query: request.query)
        let url = "\(address.scheme)://\(address.host)\(S3Signature.encoded(path: path))"
        var prepared = HTTPClientRequest(url: query.isEmpty ? url : "\(url)?\(query)")
        prepared.method = request.method
        let digest = SHA256.hash(data: request.body)
        var headers = request.headers
        if request.method == .PUT { headers.append(("x-amz-checksum-sha256", Data(digest).base64EncodedString())) }
        let signed = signature.headers(
            request.method.rawValue,
            host: address.host,
            path: path,
            query: request.query,
            headers: headers,
            payloadHash: Hex.text(digest),
            at: .now
        )
        for (name, value) in signed { prepared.headers.add(name: name, value: value) }
        prepared.headers.add(name: "user-agent", value: "tradewind")
        if request.method == .PUT { prepared.body = .bytes(ByteBuffer(bytes: request.body)) }
        return prepared
    }
}

/// Why there was no answer.
private struct S3Trouble: Error {
    let words: String
}

/// One request.
struct S3Request: Sendable {
    /// The method.
    let method: HTTPMethod
    /// The name of an object, with its prefix; empty for the bucket.
    var object = ""
    /// The query, not encoded.
    var query: [(name: String, value: String)] = []
    /// Further headers, with names in lower case.
    var headers: [(name: String, value: String)] = []
    /// The body of a `PUT`.
    var body: [UInt8] = []
    /// The most bytes of an answer that succeeds.
    var answerBytesMax = 8 << 20
}

/// An answer, whatever its status.
struct S3Answer: Sendable {
    /// The status.
    let status: Int
    /// The headers.
    let headers: HTTPHeaders
    /// The whole body.
    let body: [UInt8]
    /// The code in the body of a failure; empty where there is none.
    let code: String
    private let message: String

    init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
        let error = status < 300 ? nil : PlainXML(document: body)
        code = error?.name == "Error" ? error?.text(of: "Code") ?? "" : ""
        message = error?.name == "Error" ? error?.text(of: "Message") ?? "" : ""
    }

    /// Whether the request was done.
    var isDone: Bool { (200..<300).contains(status) }

    /// Whether the same request may succeed soon.
    var isPassing: Bool {
        if isFull { return false }
        return switch status {
        case 408, 429, 500, 502, 503, 504: true
        case 400...: Self.passing.contains(code)
        default: false
        }
    }

    /// Codes of failures that pass: of the connection, of the bytes on their way, of another request at the same time.
    private static let passing: Set<String> = [
        "RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "Throttling", "OperationAborted",
        "ConditionalRequestConflict", "BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch",
    ]

    private var isFull: Bool { status == 507 || code.hasSuffix("QuotaExceeded") || code.hasSuffix("StorageFull") }

    /// The wait that the store asks for, a minute at most.
    var retryAfter: Duration {
        .seconds(min(max(0, headers.first(name: "retry-after").flatMap { Int64($0) } ?? 0), 60))
    }

    /// The status with the store's own words, for a log.
    var words: String {
        ["\(status)", code, message].filter { !$0.isEmpty }.map { String($0.prefix(300)).cleaned() }.joined(
            separator: " "
        )
    }

    /// The failure of a request for a piece.
    func failure(_ name: String, _ bucket: String) -> StorageFailure {
        let words = "\(bucket): \(name): \(words)"
        if isFull { return .full(words) }
        switch (status, code) {
        case (404, "NoSuchKey"): return .missing(name)
        case (401, _), (403, _), (400, "ExpiredToken"), (400, "InvalidToken"), (400, "AuthorizationHeaderMalformed"):
            return .denied(words)
        default: return .away(words)
        }
    }
}
