// An answer that its client does not read stays in memory, here and in the kernel. A connection is closed if too little of the
// waiting bytes was acknowledged for too long. Acknowledged bytes count, since the kernel alone takes megabytes that the client
// may never read.

import Foundation
import NIOCore

/// Closes the connection of a client that does not read its answers.
///
/// Must be nearest to the socket. One timer for a connection, and only while bytes wait to be sent.
final class SlowReaderHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// The minimum rate at which a client must read.
    static let bytesPerSecond = 512

    private let descriptor: CInt
    private let limit: TimeAmount
    private var written = 0
    private var delivered = 0
    private var slowSince: NIODeadline?
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - descriptor: the connection's descriptor.
    ///   - limit: how long a client may read below that rate.
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
            // The kernel must drop the waiting bytes, instead of trying to send them for minutes.
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

    /// The bytes that the kernel holds and the client has not acknowledged (SIOCOUTQ, tcp(7)).
    private static func unacknowledged(_ descriptor: CInt) -> Int {
        var count: CInt = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }
}
