import NIOCore
import NIOHTTPTypes

/// Closes the connection of a client that does not finish sending its request in time, however active it is.
///
/// An idle timeout does not catch a client that sends a byte now and then; this counts from the first byte of a request, or from
/// the opening of the connection, to the request's end. One timer for each connection fires every few seconds.
public final class SlowClientHandler: ChannelInboundHandler, RemovableChannelHandler {
    /// Request parts.
    public typealias InboundIn = HTTPRequestPart

    private let limit: TimeAmount
    private var waitingSince: NIODeadline?
    private var timer: RepeatedTask?

    /// - Parameter limit: how long a client may take to send one request.
    public init(limit: TimeAmount) {
        self.limit = limit
    }

    /// Begins to wait for the first request.
    public func handlerAdded(context: ChannelHandlerContext) {
        waitingSince = .now()
        let interval = TimeAmount.nanoseconds(max(limit.nanoseconds / 4, 100_000_000))
        let channel = context.channel
        let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let handler = loopBound.value
            if let since = handler.waitingSince, since + handler.limit < .now() { channel.close(promise: nil) }
        }
    }

    /// Ends the timer.
    public func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    /// Measures from a request's head to its end; between requests the idle timeout applies.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: waitingSince = .now()
        case .body: break
        case .end: waitingSince = nil
        }
        context.fireChannelRead(data)
    }
}
