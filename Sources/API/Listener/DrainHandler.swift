import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Counts the requests under way on a connection, notes whose turn it is, and makes every answer the last one while the listener drains, or once the
/// connection is old, and the answer to a request that is to be the last.
///
/// It only marks the answer: ``MalformedRequestHandler``, which must stand nearer to the socket, closes after it. On a stream of
/// HTTP/2, which is told to go away as a whole, no answer may say anything of its connection (RFC 9113 section 8.2.2).
final class DrainHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: OpenConnections
    private let isStream: Bool
    private let oldFrom: NIODeadline
    private var underWay = 0
    private var activity: ConnectionActivity?
    /// Requests that are there and not answered.
    private var working = 0
    /// The last request is there, as its client said.
    private var isLastHere = false
    /// The client is of HTTP/1.0, and takes a connection for open only where it is told so.
    private var isToldOpen = false

    /// - Parameters:
    ///   - isStream: whether it is a stream of HTTP/2, rather than a connection.
    ///   - age: when the connection is old; nil for never.
    init(_ connections: OpenConnections, isStream: Bool = false, age: TimeAmount? = nil) {
        self.connections = connections
        self.isStream = isStream
        oldFrom = age.map { .now() + $0 } ?? .distantFuture
    }

    private var isLast: Bool {
        isLastHere && underWay <= 1 || connections.isDraining || oldFrom < .distantFuture && .now() >= oldFrom
    }

    func handlerAdded(context: ChannelHandlerContext) {
        activity = connections.activity(of: isStream ? context.channel.parent ?? context.channel : context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            if !isStream {
                let connection = request.headerFields[.connection]
                isLastHere = isLastHere || connection == "close"
                isToldOpen = isToldOpen || connection == "keep-alive"
            }
            underWay += 1
            connections.began()
            activity?.began()
        case .body: break
        case .end:
            working += 1
            activity?.received()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isStream:
            head.headerFields[.connection] = nil
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            return
        case .head(var head) where head.status.kind != .informational && isLast:
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            return
        case .head(var head) where isToldOpen && head.status.kind != .informational:
            head.headerFields[.connection] = head.headerFields[.connection] ?? "keep-alive"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            return
        case .head, .body: break
        case .end:
            // An answer to bytes that were no request has no request to count down.
            if underWay > 0 {
                underWay -= 1
                connections.ended()
                working -= 1
                activity?.ended()
            }
        }
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.ended(underWay)
        underWay = 0
        activity?.ended(working)
        working = 0
    }
}
