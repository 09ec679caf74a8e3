// Carries messages over HTTP. Nothing is followed, nothing is sent twice, and of the answer only the status counts. Unless private
// addresses are allowed, a host's addresses are looked at before it is called, and the other end of each connection before
// anything is sent on it: a name that changes its address in between gains nothing.

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
    /// How long a connection may take to be made.
    public static let connectTimeout = Duration.seconds(5)
    /// How long a whole message may take, the answer's head included.
    public static let timeout = Duration.seconds(15)
    /// How much of an answer's body is read, so that the connection can be used again.
    static let bodyBytesMax = 4096
    /// How long that may take.
    static let bodyTimeout = Duration.seconds(1)

    private enum State {
        case unused
        case open(HTTPClient)
        case closed
    }

    /// What a look at a host's addresses found.
    private struct Verdict {
        let isPublic: Bool
        let until: ContinuousClock.Instant
    }

    /// For how long a verdict holds, and how many are kept.
    private static let verdictTime = Duration.seconds(60)
    private static let verdictsMax = 1000

    private let verdicts = Mutex<[String: Verdict]>([:])
    private let state = Mutex(State.unused)
    private let count = Atomic<Int>(0)
    private let allowsPrivate: Bool

    /// A sender; nothing is opened before the first message.
    public init(allowsPrivate: Bool) {
        self.allowsPrivate = allowsPrivate
    }

    /// Messages under way.
    public var inFlight: Int { count.load(ordering: .relaxed) }

    /// Carries one message.
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

    /// Closes all connections; what is under way is cut off.
    public func close() async {
        let last = state.withLock { state in
            defer { state = .closed }
            return state
        }
        guard case .open(let client) = last else { return }
        // There is nobody left to tell, and nothing left to do, when closing politely fails.
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
        // Endpoints at one host do not wait for one another; each has one message under way.
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

    /// Why a host is not called; nil where it is.
    ///
    /// What was found holds for a minute; in the meantime the look at each new connection's other end is what counts.
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

    /// Reads a short answer to its end, so that the connection can be used again; a long or slow one costs the connection.
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
                    // The status is known; how the body ends changes nothing.
                    return
                }
            }
            group.addTask {
                // Cancellation is how the sleep ends when the body was read; there is nothing else that it can throw.
                try? await Task.sleep(for: Self.bodyTimeout)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Messages are signed, and their receivers' URLs may hold secrets; none of it is logged.
    private static let quiet = Logger(label: "webhooks", factory: { _ in SwiftLogNoOpLogHandler() })

    /// What an error of the connection means.
    static func failure(_ error: any Error) -> DeliveryFailure {
        switch error {
        case is PrivateAddress: .privateAddress
        case let error as HTTPClientError: failure(error)
        case let error as NIOConnectionError: error.connectionErrors.isEmpty ? .unknownHost : .connect
        case let error as IOError: error.errnoCode == ECONNREFUSED ? .connect : .reset
        case is HTTPParserError: .nonsense
        // The errors of the TLS library are no dependency of ours; their module tells them.
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

/// The other end of a connection has a private address.
private struct PrivateAddress: Error {}
