import AsyncHTTPClient
import NIOCore
import NIOPosix

/// The connections to all providers: kept open, and bounded for each host.
///
/// Nothing here sends anything twice. Whether to try again is decided by whoever knows what the request does. Call
/// ``shutdown()`` when done.
public final class ProviderTransport: Sendable {
    /// How long a connection may take to be made.
    public static let connectTimeout = Duration.seconds(1)

    let http: HTTPClient

    /// Opens nothing yet.
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

    /// Lets go of a transport that was never used, where nobody can wait.
    public func abandon() {
        http.shutdown { _ in }
    }

    /// Closes all connections; what is under way is cut off.
    public func shutdown() async {
        // There is nobody left to tell, and nothing left to do, when closing politely fails.
        try? await http.shutdown()
    }
}
