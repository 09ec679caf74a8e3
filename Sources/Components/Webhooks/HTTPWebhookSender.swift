// Sends messages over HTTP. Redirects are not followed, no message is sent twice by itself, and only the status of the answer
// counts. Unless private addresses are allowed, a host's addresses are checked before the call, and the remote address of each
// connection before anything is sent on it: a name whose address changes in between gains nothing.

import AsyncHTTPClient
import Foundation
import Ledger
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Trading

/// A sender over HTTP/1.1.
public final class HTTPWebhookSender: WebhookSender {
    /// The timeout for opening a connection.
    public static let connectTimeout = Duration.seconds(5)
    /// The timeout for a whole message, up to the head of the answer.
    public static let timeout = Duration.seconds(15)
    /// How much of an answer's body is read, so that the connection can be reused.
    static let bodyBytesMax = 4096
    /// The timeout for reading it.
    static let bodyTimeout = Duration.seconds(1)

    private enum State {
        case unused
        case open(HTTPClient)
        case closed
    }

    /// The result of checking a host's addresses.
    private struct Verdict {
        let isPublic: Bool
        let until: ContinuousClock.Instant
    }

    /// How long a verdict is valid.
    private static let verdictTime = Duration.seconds(60)
    private static let verdictsMax = 1000

    private let verdicts = Mutex<[String: Verdict]>([:])
    private let state = Mutex(State.unused)
    private let count = Atomic<Int>(0)
    private let allowsPrivate: Bool

    /// A sender; opens no connection before the first message.
    public init(allowsPrivate: Bool) {
        self.allowsPrivate = allowsPrivate
    }

    /// Messages in flight.
    public var inFlight: Int { count.load(ordering: .relaxed) }

    /// Sends one message, once; within ``timeout``.
    public func send(
        _ body: [UInt8],
        headers: [(name: String, value: String)],
        to url: WebhookURL
    ) async -> DeliveryAnswer {
        count.add(1, ordering: .relaxed)
        defer { count.subtract(1, ordering: .relaxed) }
        guard let client = opened() else { return .none(.connect) }
        let deadline = ContinuousClock.now + Self.timeout
        if let failure = await refusal(of: url.host) { return .none(failure) }
        var request = HTTPClientRequest(url: url.description)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(body)
        do {
            let left = TimeAmount(ContinuousClock.now.duration(to: deadline))
            let answer = try await client.execute(request, deadline: .now() + left, logger: Self.quiet)
            await drain(answer)
            return .status(
                Int(answer.status.code),
                retryAfter: RetryAfter.seconds(answer.headers.first(name: "retry-after"), now: .now)
            )
        } catch {
            return .none(Self.failure(error))
        }
    }

    /// Closes all connections; messages in flight are aborted.
    public func close() async {
        let last = state.withLock { state in
            defer { state = .closed }
            return state
        }
        guard case .open(let client) = last else { return }
        // At the end of the process a failed shutdown has no consequence.
        try? await client.shutdown()
    }

    private func opened() -> HTTPClient? {
        state.withLock { state in
            switch state {
            case .open(let client): return client
            case .closed: return nil
            case .unused:
                let client = HTTPClient(
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                    configuration: Self.configuration(allowsPrivate: allowsPrivate)
                )
                state = .open(client)
                return client
            }
        }
    }

    private static func configuration(allowsPrivate: Bool) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: TimeAmount(connectTimeout), read: TimeAmount(timeout))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        // Endpoints on one host do not wait for one another; each has one message in flight.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        if !allowsPrivate {
            configuration.http1_1ConnectionDebugInitializer = { channel in
                if NetworkAddress(channel.remoteAddress)?.isPublic == true {
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(PrivateAddress())
            }
        }
        return configuration
    }

    /// Why a host is not called; nil where it may be.
    ///
    /// The verdict is valid for a minute; meanwhile the check of each new connection's remote address decides.
    private func refusal(of host: String) async -> DeliveryFailure? {
        guard !allowsPrivate else { return nil }
        let start = ContinuousClock.now
        if let verdict = verdicts.withLock({ $0[host] }), verdict.until > start {
            return verdict.isPublic ? nil : .privateAddress
        }
        let addresses = await HostAddresses.of(host, within: Self.connectTimeout)
        if addresses.isEmpty { return .unknownHost }
        let isPublic = addresses.allSatisfy(\.isPublic)
        verdicts.withLock { verdicts in
            if verdicts.count >= Self.verdictsMax { verdicts.removeAll() }
            verdicts[host] = Verdict(isPublic: isPublic, until: start + Self.verdictTime)
        }
        return isPublic ? nil : .privateAddress
    }

    /// Reads a short body to its end, so that the connection can be reused; after a long or slow one the connection is closed.
    private func drain(_ answer: HTTPClientResponse) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var bytes = 0
                do {
                    for try await part in answer.body {
                        bytes += part.readableBytes
                        if bytes > Self.bodyBytesMax { return }
                    }
                } catch {
                    // The status is known; an error in the body changes nothing.
                    return
                }
            }
            group.addTask {
                // Cancellation ends the sleep when the body was read; the sleep throws nothing else.
                try? await Task.sleep(for: Self.bodyTimeout)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Not logged: messages are signed, and URLs may contain secrets.
    private static let quiet = Logger(label: "webhooks", factory: { _ in SwiftLogNoOpLogHandler() })

    /// The meaning of a connection's error.
    static func failure(_ error: any Error) -> DeliveryFailure {
        switch error {
        case is PrivateAddress: .privateAddress
        case let error as HTTPClientError: failure(error)
        case let error as NIOConnectionError: error.connectionErrors.isEmpty ? .unknownHost : .connect
        case let error as IOError: error.errnoCode == ECONNREFUSED ? .connect : .reset
        case is HTTPParserError: .nonsense
        // The errors of the TLS library are recognised by their module, since it is not a direct dependency.
        default: String(reflecting: type(of: error)).hasPrefix("NIOSSL.") ? .tls : .reset
        }
    }

    private static func failure(_ error: HTTPClientError) -> DeliveryFailure {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: .connect
        case .tlsHandshakeTimeout: .tls
        case .deadlineExceeded, .readTimeout, .writeTimeout: .timeout
        default: .reset
        }
    }
}

/// The remote address of a connection is private.
private struct PrivateAddress: Error {}
