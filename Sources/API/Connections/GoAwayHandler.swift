import NIOCore
import NIOHTTP2

/// Tells an HTTP/2 client at once that the listener drains.
///
/// Unlike HTTP/1.1, HTTP/2 can end a connection without losing a request (RFC 9113 section 6.8): a GOAWAY says that no new
/// requests are accepted, a ping shows when the client has received it, and a second GOAWAY names the last request that will be
/// answered.
///
/// Stands between the frame handler and the handler that manages the connection.
final class GoAwayHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let connections: OpenConnections
    private var context: ChannelHandlerContext?

    init(_ connections: OpenConnections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Starts the timers of the connection, which has been active since before its handshake.
    func begin() {
        context?.fireChannelActive()
        if connections.isDraining { context?.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    /// An error of the connection ends it; an error of a stream has ended only the stream.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event is DrainBegan ? ChannelShouldQuiesceEvent() : event)
    }
}

/// An event for every open connection: the listener drains.
struct DrainBegan: Sendable {}
