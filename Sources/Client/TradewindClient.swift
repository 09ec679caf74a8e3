import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Resilience
import Secrets

/// A client of the public HTTP API that outlasts a server's restart.
///
/// Connections are kept and bounded. A request that may be repeated without a second effect is repeated, with jittered
/// exponential back-off, while the server is unavailable, overloaded or full, until its deadline. Call ``shutdown()`` when done.
package struct TradewindClient: Sendable {
    /// Longest answer that is read, in bytes.
    package static let answerBytesMax = 64 << 20

    /// Where the server is, without a slash at the end.
    package let baseURL: String
    private let authorization: Secret<String>?
    private let retry: RetryPolicy
    private let http: HTTPClient
    private let group: MultiThreadedEventLoopGroup
    private let requestTimeout: TimeAmount
    private let marks: [(name: String, value: String)]
    private let time: TimeSource
    private let outage: OutageNotice

    /// Opens a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - baseURL: like `http://127.0.0.1:8080`.
    ///   - connections: at least 1.
    ///   - marks: header fields of every request.
    ///   - time: the clock for deadlines and pauses.
    ///   - onOutage: called with a sentence when an outage of the server begins, once for each.
    /// - Throws: ``ClientError/badURL(_:)``.
    package init(
        baseURL: String,
        key: String?,
        connections: Int = 32,
        retry: RetryPolicy = RetryPolicy(),
        requestTimeout: Duration = .seconds(30),
        marking marks: [(name: String, value: String)] = [],
        time: TimeSource = .system,
        onOutage: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ClientError) {
        guard baseURL.hasPrefix("http://") || baseURL.hasPrefix("https://") else { throw .badURL(baseURL) }
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.retry = retry
        self.requestTimeout = TimeAmount(requestTimeout)
        self.marks = marks
        self.time = time
        outage = OutageNotice(tell: onOutage)
        authorization = key.map { Secret("Bearer \($0)") }
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: TimeAmount(requestTimeout))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, connections)
        // The retry policy here counts attempts and deadlines; a second one in the library would bypass it.
        configuration.connectionPool.retryConnectionEstablishment = false
        // One thread can send more requests than one server answers; more threads only wake each other up.
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        http = HTTPClient(eventLoopGroup: group, configuration: configuration)
    }

    /// Closes all connections.
    package func shutdown() async {
        // No request is in flight, so a failed shutdown has no consequence.
        try? await http.shutdown()
        try? await group.shutdownGracefully()
    }

    /// Checks whether a server answers at the address, with one request and no second attempt.
    ///
    /// For the beginning of a run: a server that has never answered was probably not started.
    ///
    /// - Throws: ``ClientError/nothingAnswers(_:)``.
    package func greet() async throws(ClientError) {
        switch await attemptOnce(ClientRequest(.GET, "/livez")) {
        case .success: return
        case .failure(.unreachable(let detail)): throw .nothingAnswers(detail)
        case .failure(let error): throw error
        }
    }

    /// Sends a request and returns the server's answer, whatever its status, once retries are over.
    ///
    /// A repeatable request, one that reads or that has an idempotency key, is sent again until the retry policy's deadline.
    ///
    /// - Throws: ``ClientError`` if no answer was received. A request with a key may be sent again; for another one its effect is
    ///   unknown.
    package func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let start = time.now
        var attempt = 0
        while true {
            attempt += 1
            let outcome = await attemptOnce(request)
            if case .success = outcome { outage.ends() }
            guard request.isRepeatable else { return try outcome.get() }
            let wait: Duration
            switch outcome {
            case .success(let response):
                guard retry.isWorthRepeating(response) else { return response }
                wait = retry.pause(attempt: attempt, retryAfter: response.retryAfter)
                guard start.duration(to: time.now) + wait < retry.deadline else { return response }
            case .failure(let error):
                guard case .unreachable = error else { throw error }
                wait = retry.pause(attempt: attempt, retryAfter: nil)
                guard start.duration(to: time.now) + wait < retry.deadline else { throw error }
                outage.begins("\(error); asking again for up to \(retry.deadline / .seconds(1)) s")
            }
            do {
                try await time.sleep(until: time.now + wait)
            } catch {
                throw .cancelled
            }
        }
    }

    /// Sends a request and returns the body of a 2xx answer; any other answer is thrown as ``ClientError/refused(_:)``.
    package func body(of request: ClientRequest) async throws(ClientError) -> [UInt8] {
        let response = try await send(request)
        guard (200..<300).contains(response.status) else {
            throw .refused(APIProblem(status: response.status, body: response.body))
        }
        return response.body
    }

    private func attemptOnce(_ request: ClientRequest) async -> Result<ClientResponse, ClientError> {
        if Task.isCancelled { return .failure(.cancelled) }
        do {
            let answer = try await http.execute(prepared(request), deadline: .now() + requestTimeout)
            var bytes: [UInt8] = []
            for try await part in answer.body {
                guard bytes.count + part.readableBytes <= Self.answerBytesMax else { return .failure(.answerTooLarge) }
                bytes.append(contentsOf: part.readableBytesView)
            }
            return .success(ClientResponse(status: Int(answer.status.code), headers: answer.headers, body: bytes))
        } catch is CancellationError {
            return .failure(.cancelled)
        } catch let error as HTTPClientError where error == .cancelled {
            return .failure(.cancelled)
        } catch let error as HTTPClientError where error == .invalidURL || error == .emptyHost {
            return .failure(.badURL(baseURL + request.path))
        } catch {
            return .failure(.unreachable("\(baseURL): \(Self.words(error))"))
        }
    }

    /// The system's message, without the library's structure around it.
    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? error.dnsAError.map(words)
                ?? "\(error.host) is not known"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        default: "\(error)"
        }
    }

    private func prepared(_ request: ClientRequest) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: baseURL + request.path)
        prepared.method = request.method
        if let authorization { prepared.headers.add(name: "authorization", value: authorization.reveal()) }
        for mark in marks { prepared.headers.add(name: mark.name, value: mark.value) }
        if let key = request.idempotencyKey { prepared.headers.add(name: "idempotency-key", value: key) }
        if let seconds = request.wait { prepared.headers.add(name: "prefer", value: "wait=\(seconds)") }
        if let body = request.body {
            prepared.headers.add(name: "content-type", value: request.contentType)
            prepared.body = .bytes(body)
        }
        return prepared
    }
}
