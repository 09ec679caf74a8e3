// A refusal must cost almost nothing; otherwise an overloaded server spends its time on refusals. So while requests are being
// refused, further ones of the same fate are answered here, on the event loop, without a task, a route or a body.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers requests that are refused at their head; all others pass.
///
/// Must be behind all other handlers of a connection. A request that arrives while another one is in flight on its connection
/// passes, since answers must keep the order of requests.
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
