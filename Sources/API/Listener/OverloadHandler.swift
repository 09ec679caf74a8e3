// A refusal must cost next to nothing, or refusing is what the server then does all day. So while requests are being refused,
// one that would be is answered here, on the event loop, before there is a task, a route or a body for it.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers requests that are turned away; all others pass.
///
/// Stands behind all other handlers of a connection. A request that came while another one is under way on its connection passes,
/// since answers must come in the order of requests.
final class OverloadHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// An answer that is ready to be written.
    struct Refusal {
        var head: HTTPResponse
        let body: [UInt8]
    }

    private let turnAway: @Sendable (HTTPRequest) -> Refusal?
    private var refusal: Refusal?
    private var underWay = 0

    init(turnAway: @escaping @Sendable (HTTPRequest) -> Refusal?) {
        self.turnAway = turnAway
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            if underWay == 0, let found = turnAway(request) {
                refusal = found
                return
            }
            underWay += 1
        case .body:
            if refusal != nil { return }
        case .end:
            if let refusal {
                self.refusal = nil
                answer(refusal, context)
                return
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), underWay > 0 { underWay -= 1 }
        context.write(data, promise: promise)
    }

    private func answer(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(refusal.head)), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: refusal.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
