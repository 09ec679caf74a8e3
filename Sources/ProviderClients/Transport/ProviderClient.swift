// Makes calls to a provider, and determines their outcome. The line between `notDone` and `unknown` is whether the request's body
// was handed to a connection, not a guess from the error: a refused connection and a full pool are `notDone`; a reset, and a
// deadline that passes while waiting for the answer, are `unknown`.

import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Providers
import Resilience

/// Sends requests to one provider and returns the outcome of each.
///
/// Thread-safe.
public struct ProviderClient: Sendable {
    /// Called after every call; must not block.
    public typealias Observer = @Sendable (ProviderExchange) -> Void

    /// The provider's name in metrics.
    public let name: String
    private let baseURL: String
    private let transport: ProviderTransport
    private let observer: Observer

    /// A client of the provider at `url`, which may have a path; nil for a text that is not an `http` or `https` URL.
    public init?(
        _ name: String,
        url: String,
        transport: ProviderTransport,
        observer: @escaping Observer = { _ in }
    ) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains(where: { $0 == " " || $0 == "?" })
        else { return nil }
        self.name = name
        baseURL = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.transport = transport
        self.observer = observer
    }

    /// Sends a request once and passes the reply to `read`; runs in the calling task.
    ///
    /// Ends by the deadline, and at once when the task is cancelled. Whether to repeat it is the caller's decision.
    func call<Value: Sendable>(
        _ request: ProviderRequest,
        deadline: ContinuousClock.Instant,
        _ read: @Sendable (ProviderReply) -> ProviderAnswer<Value>
    ) async -> ProviderAnswer<Value> {
        let start = ContinuousClock.now
        let answer: ProviderAnswer<Value> =
            switch await exchange(request, deadline: deadline) {
            case .done(let reply): read(reply)
            case .refused(let refusal): .refused(refusal)
            case .notDone(let trouble): .notDone(trouble)
            case .unknown(let trouble): .unknown(trouble)
            }
        let (outcome, trouble) = answer.inMetrics
        observer(
            ProviderExchange(
                provider: name,
                operation: request.operation,
                outcome: outcome,
                trouble: trouble,
                duration: start.duration(to: .now)
            )
        )
        return answer
    }

    /// Sends one request and receives its reply; never `refused`, since the status is not evaluated here.
    private func exchange(
        _ request: ProviderRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderReply> {
        guard ContinuousClock.now < deadline else { return .notDone(ProviderTrouble(code: "timeout")) }
        let sent = SentMark()
        let result = await withTaskGroup(of: Result<ProviderReply, any Error>?.self) { group in
            group.addTask { await attempt(request, sent: sent, deadline: deadline) }
            group.addTask {
                // The library's own deadline ends with the head of the answer; the body may still be slow.
                try? await Task.sleep(until: deadline, clock: .continuous)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        let trouble: ProviderTrouble
        switch result {
        case .success(let reply): return .done(reply)
        case .failure(let error): trouble = Self.trouble(error)
        case nil: trouble = ProviderTrouble(code: Task.isCancelled ? "cancelled" : "timeout")
        }
        return sent.isSet ? .unknown(trouble) : .notDone(trouble)
    }

    private func attempt(
        _ request: ProviderRequest,
        sent: SentMark,
        deadline: ContinuousClock.Instant
    ) async -> Result<ProviderReply, any Error> {
        do {
            let left = TimeAmount(ContinuousClock.now.duration(to: deadline))
            let answer = try await transport.http.execute(
                prepared(request, sent, deadline),
                deadline: .now() + left,
                logger: Self.quiet
            )
            var bytes: [UInt8] = []
            for try await part in answer.body {
                guard bytes.count + part.readableBytes <= request.answerBytesMax else { throw AnswerTooLarge() }
                bytes.append(contentsOf: part.readableBytesView)
            }
            return .success(ProviderReply(status: Int(answer.status.code), headers: answer.headers, body: bytes))
        } catch {
            return .failure(error)
        }
    }

    private func prepared(
        _ request: ProviderRequest,
        _ sent: SentMark,
        _ deadline: ContinuousClock.Instant
    ) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: baseURL + request.path)
        prepared.method = request.method
        prepared.headers.add(name: "user-agent", value: "tradewind")
        prepared.headers.add(name: Deadline.textName, value: Deadline(deadline).text(at: .now))
        for (name, value) in request.headers { prepared.headers.add(name: name, value: value) }
        if let body = request.body, !body.isEmpty {
            prepared.body = .stream(
                MarkedBody(bytes: ByteBuffer(bytes: body), mark: sent),
                length: .known(Int64(body.count))
            )
        } else if request.method != .GET {
            // Without a body, sending cannot be observed, so the request counts as sent.
            sent.set()
        }
        return prepared
    }

    /// Not logged: requests contain tokens and keys.
    private static let quiet = Logger(label: "provider", factory: { _ in SwiftLogNoOpLogHandler() })

    /// The trouble for an error of the connection.
    static func trouble(_ error: any Error) -> ProviderTrouble {
        let code =
            switch error {
            case is AnswerTooLarge: "nonsense"
            case is CancellationError: "cancelled"
            case is NIOConnectionError: "connect"
            case let error as HTTPClientError: code(error)
            case let error as IOError: error.errnoCode == ECONNREFUSED ? "connect" : "reset"
            default: "reset"
            }
        return ProviderTrouble(code: code, detail: "\(error)")
    }

    private static func code(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: "connect"
        case .deadlineExceeded, .readTimeout, .writeTimeout: "timeout"
        case .cancelled: "cancelled"
        default: "reset"
        }
    }
}

/// The answer exceeds the limit.
private struct AnswerTooLarge: Error {}

extension ProviderAnswer {
    /// The outcome of the call, and the code of its trouble.
    fileprivate var inMetrics: (ProviderExchange.Outcome, String?) {
        switch self {
        case .done: (.done, nil)
        case .refused: (.refused, nil)
        case .notDone(let trouble): (.notDone, trouble.code)
        case .unknown(let trouble): (.unknown, trouble.code)
        }
    }
}
