import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Sends `100 Continue` to a client that waits before it sends a body (RFC 9110 section 10.1.1), once the server wants to read
/// it.
final class ContinueHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// An outbound event: the body is wanted.
    struct Wanted: Sendable {}

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Wanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: promise)
    }
}

extension HTTPRequest {
    /// Whether its client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool { headerFields[.expect]?.lowercased() == "100-continue" }
}
