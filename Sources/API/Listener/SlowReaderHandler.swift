// An answer that its client does not read stays in memory, here and in the kernel. A connection is let go when so little of what waits to be
// sent has gone out for so long: by what the client has acknowledged, since the kernel alone takes megabytes that nobody reads.

import Foundation
import NIOCore

/// Cuts off a client that does not read what it asked for.
///
/// Stands nearest to the socket. One timer for a connection, and only while something waits to be sent.
final class SlowReaderHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// The fewest bytes that a client must read in a second.
    static let bytesPerSecond = 512

    private let descriptor: CInt
    private let limit: TimeAmount
    private var written = 0
    private var delivered = 0
    private var slowSince: NIODeadline?
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - descriptor: the connection's own.
    ///   - limit: for how long it may be read too slowly.
    init(descriptor: CInt, limit: TimeAmount) {
        self.descriptor = descriptor
        self.limit = limit
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if timer == nil { look(again: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    private func look(again context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let pause = TimeAmount.nanoseconds(max(limit.nanoseconds / 5, 100_000_000))
        timer = context.eventLoop.scheduleTask(in: pause) {
            let (handler, context) = bound.value
            handler.check(context, after: pause)
        }
    }

    private func check(_ context: ChannelHandlerContext, after pause: TimeAmount) {
        timer = nil
        guard context.channel.isActive else { return }
        let waiting = Self.unacknowledged(descriptor) + Self.buffered(context.channel)
        guard waiting > 0 else {
            (delivered, slowSince) = (written, nil)
            return
        }
        let gone = written - waiting
        let wanted = Int(Double(Self.bytesPerSecond) * Double(pause.nanoseconds) / 1e9)
        let now = NIODeadline.now()
        if gone - delivered >= wanted { slowSince = nil } else { slowSince = slowSince ?? now - pause }
        delivered = gone
        if let slowSince, now - slowSince >= limit {
            // What waits is of no use to anyone: the kernel is to drop it, and not go on sending for minutes.
            var abort = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
            context.close(promise: nil)
            return
        }
        look(again: context)
    }

    private static func buffered(_ channel: any Channel) -> Int {
        (try? channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }

    /// What the kernel has and the client has not acknowledged (SIOCOUTQ, tcp(7)).
    private static func unacknowledged(_ descriptor: CInt) -> Int {
        var count: CInt = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }
}
