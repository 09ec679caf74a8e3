import AsyncHTTPClient
import NIOCore
import NIOPosix

/// The connections to all providers: kept open, and limited for each host.
///
/// Thread-safe.
///
/// Nothing is sent twice by itself: the caller decides whether to try again. Call ``shutdown()`` when done.
public final class ProviderTransport: Sendable {
    /// The timeout for opening a connection.
    public static let connectTimeout = Duration.seconds(1)

    let http: HTTPClient

    /// A transport without open connections.
    ///
    /// - Parameter connections: the most connections to one host; further requests wait for one within their deadline.
    public init(connections: Int = 64) {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: TimeAmount(Self.connectTimeout))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, connections)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    /// Releases a transport that was never used, without waiting.
    public func abandon() {
        http.shutdown { _ in }
    }

    /// Closes all connections; calls in progress are aborted.
    public func shutdown() async {
        // At the end of the process a failed shutdown has no consequence.
        try? await http.shutdown()
    }
}
