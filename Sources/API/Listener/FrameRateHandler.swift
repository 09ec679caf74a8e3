// Frames that ask for work and carry nothing cost a client nine bytes each, and the server more. Those of a client that reads and asks are
// few for the bytes that go to it; so each kilobyte that is written earns one, and time earns some (RFC 9113 section 10.5).

import NIOCore

/// Cuts off an HTTP/2 client that floods its connection with frames that carry nothing.
///
/// Stands between TLS and the frames' own handler, which bounds resets, pings and settings, but not window updates and the rest.
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

/// How many frames that carry nothing a client may still send.
struct FrameAllowance: Sendable {
    /// The most at once.
    static let most = 2000.0
    /// What a second earns.
    static let perSecond = 200.0

    private var left = most
    private var seenAt: NIODeadline

    init(at now: NIODeadline) {
        seenAt = now
    }

    /// Takes so many; false where they are too many.
    mutating func take(_ count: Int, at now: NIODeadline) -> Bool {
        left = min(Self.most, left + Double((now - seenAt).nanoseconds) / 1e9 * Self.perSecond)
        seenAt = now
        left -= Double(count)
        return left >= 0
    }

    /// So many bytes go to the client.
    mutating func earn(bytes: Int) {
        left = min(Self.most, left + Double(bytes) / 1024)
    }
}

/// Finds the frames in what a client sends, in whatever pieces it comes.
struct FrameCounter: Sendable {
    /// Bytes to pass over: the connection's preface at first, then the rest of a frame.
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
