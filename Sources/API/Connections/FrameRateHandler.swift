// Frames without content cost a client nine bytes each, and the server more. A client that sends requests and reads answers sends
// few of them for the bytes that it receives; so each kilobyte sent to it allows one, and so does time (RFC 9113 section 10.5).

import NIOCore

/// Closes the connection of an HTTP/2 client that floods it with frames without content.
///
/// Stands between TLS and the HTTP/2 frame handler, which limits resets, pings and settings, but not window updates and other
/// frames.
final class FrameRateHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var frames = FrameCounter()
    private var allowance: FrameAllowance

    init(_ allowance: FrameAllowance = FrameAllowance(at: .now())) {
        self.allowance = allowance
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = frames.read(unwrapInboundIn(data).readableBytesView)
        if count > 0, !allowance.take(count, at: .now()) {
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        allowance.earn(bytes: unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }
}

/// How many frames without content a client may still send.
struct FrameAllowance: Sendable {
    /// The maximum.
    static let most = 2000.0
    /// The refill per second.
    static let perSecond = 200.0

    private var left = most
    private var seenAt: NIODeadline

    init(at now: NIODeadline) {
        seenAt = now
    }

    /// Takes `count` frames; false where there are too many.
    mutating func take(_ count: Int, at now: NIODeadline) -> Bool {
        left = min(Self.most, left + Double((now - seenAt).nanoseconds) / 1e9 * Self.perSecond)
        seenAt = now
        left -= Double(count)
        return left >= 0
    }

    /// Refills for bytes that are sent to the client.
    mutating func earn(bytes: Int) {
        left = min(Self.most, left + Double(bytes) / 1024)
    }
}

/// Finds the frames in a client's byte stream, however it is split.
struct FrameCounter: Sendable {
    /// Bytes to skip: the connection's preface at first, then the rest of a frame.
    private var skip = 24
    private var head: [UInt8] = []

    /// How many of the frames that begin in these bytes are neither DATA nor HEADERS.
    mutating func read(_ bytes: ByteBufferView) -> Int {
        var count = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            if skip > 0 {
                let passed = min(skip, rest.count)
                skip -= passed
                rest = rest.dropFirst(passed)
                continue
            }
            let wanted = 9 - head.count
            head.append(contentsOf: rest.prefix(wanted))
            rest = rest.dropFirst(wanted)
            guard head.count == 9 else { break }
            skip = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            if head[3] > 1 { count += 1 }
            head.removeAll(keepingCapacity: true)
        }
        return count
    }
}
