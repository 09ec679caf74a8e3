import NIOCore
import NIOHTTP2

/// Ends a stream of HTTP/2 with the last byte of the body, instead of with an additional empty frame.
///
/// An answer states its length, so a client may consider it complete and reset the stream before the empty frame arrives; too
/// many resets count as an attack. Must be nearest to the stream.
final class EndStreamHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// The remaining bytes of the body; nil where the answer does not state its length.
    private var left: Int?
    private var isEnded = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .headers(let head):
            left = head.headers.first(name: "content-length").flatMap { Int($0) }
            context.write(data, promise: promise)
        case .data where isEnded:
            // The empty frame after the last byte is not sent.
            promise?.succeed()
        case .data(var part):
            left = left.map { $0 - part.data.readableBytes }
            if left == 0, part.data.readableBytes > 0, !part.endStream {
                part.endStream = true
                isEnded = true
                context.write(wrapOutboundOut(.data(part)), promise: promise)
                return
            }
            context.write(data, promise: promise)
        default:
            context.write(data, promise: promise)
        }
    }
}
