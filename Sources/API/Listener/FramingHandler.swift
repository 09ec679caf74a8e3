// What a client sends besides the bytes of a body costs the server work and is kept nowhere, so no bound of heads or bodies meets it:
// extensions and leading zeros of chunks, trailers, blanks before a field's value, empty lines between requests. It is bounded here, as it
// comes (RFC 9112 section 7.1.1).

import NIOCore
import NIOHTTP1

/// Counts the bytes of requests that are not their bodies'.
///
/// ``FramingHandler`` tells what comes, and ``HeadRulesHandler`` what has been made of it, in the same turn of the event loop.
final class FramingCount {
    /// What a body's framing may take in any case.
    static let bodyBytes = 8192
    /// What it may take for each byte of the body: the smallest chunks take five.
    static let bytesPerByte = 8

    private let headBytes: Int
    private var framing = 0
    private var body = 0
    private var isInBody = false
    /// A request has begun or ended in what is being read, so that only a part of it is of the one that is under way.
    private var hasTurned = false

    /// - Parameter headerBytes: the most of a head; what stands between its fields is allowed for.
    init(headerBytes: Int) {
        headBytes = headerBytes + 4096
    }

    /// A head is there.
    func began() { turn(isInBody: true) }

    /// A request is there, whole.
    func ended() { turn(isInBody: false) }

    private func turn(isInBody: Bool) {
        self.isInBody = isInBody
        (framing, body, hasTurned) = (0, 0, true)
    }

    /// So many bytes of a body are there.
    func carried(_ bytes: Int) {
        body += bytes
        if !hasTurned { framing -= bytes }
    }

    /// So many bytes are read.
    ///
    /// - Parameter parse: makes requests of them.
    /// - Returns: the failure that they are, if there is too much that is nobody's.
    func read(_ bytes: Int, parse: () -> Void) -> HTTPParserError? {
        hasTurned = false
        framing += bytes
        parse()
        guard isInBody else { return framing > headBytes ? .headerOverflow : nil }
        return framing > Self.bodyBytes + Self.bytesPerByte * body ? .invalidChunkSize : nil
    }
}

/// Ends a connection whose client sends too much that is no part of a body.
///
/// Stands between the socket, or TLS, and the parser. A request that is cut off is answered like one that is malformed.
final class FramingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What is still taken from a client that has not read yet that it is cut off; sooner, it would lose the answer to a reset.
    static let patienceBytes = 1 << 20

    private let count: FramingCount
    private var isOver = false
    private var passedOver = 0

    init(_ count: FramingCount) {
        self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytes
        guard !isOver else {
            passedOver += bytes
            if passedOver > Self.patienceBytes { context.close(promise: nil) }
            return
        }
        let failure = count.read(bytes) { context.fireChannelRead(data) }
        if let failure {
            isOver = true
            context.fireErrorCaught(failure)
        }
    }
}
