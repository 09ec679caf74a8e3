import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Counts the requests in flight on a connection, tracks which side has to act, and adds `Connection: close` to an answer while
/// the listener drains, when the connection is old, and when the client asked for it.
///
/// It only marks the answer: ``MalformedRequestHandler``, which must be nearer to the socket, closes after it. On a stream of
/// HTTP/2, whose connection gets a GOAWAY, no answer may carry a connection field (RFC 9113 section 8.2.2).
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
    /// Requests that have arrived and are not answered.
    private var working = 0
    /// The client announced that this request is its last, and it has arrived.
    private var isLastHere = false
    /// The client speaks HTTP/1.0, and keeps the connection open only if told so.
    private var isToldOpen = false

    /// - Parameters:
    ///   - isStream: whether it is a stream of HTTP/2 instead of a connection.
    ///   - age: the age after which the next answer is the last; nil for never.
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
            // An answer to bytes that were not a request has no request to subtract.
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
