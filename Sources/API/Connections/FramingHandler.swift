// Bytes that a client sends besides the contents of bodies cost the server work and are not stored, so no limit of heads or
// bodies applies to them: chunk extensions, leading zeros of chunk sizes, trailers, blanks before a field's value, empty lines
// between requests. They are limited here, as they arrive (RFC 9112 section 7.1.1).

import NIOCore
import NIOHTTP1

/// Counts the bytes of requests that are not contents of bodies.
///
/// ``FramingHandler`` reports the bytes that arrive, and ``HeadRulesHandler`` the parsed parts, in the same turn of the event
/// loop.
final class FramingCount {
    /// The framing that each body may have in any case, in bytes.
    static let bodyBytes = 8192
    /// The framing allowed for each byte of a body: chunks of one byte need five.
    static let bytesPerByte = 8

    private let headBytes: Int
    private var framing = 0
    private var body = 0
    private var isInBody = false
    /// A request began or ended within the bytes being read, so that only some of them belong to the current one.
    private var hasTurned = false

    /// - Parameter headerBytes: the limit of a head; bytes between its fields are allowed in addition.
    init(headerBytes: Int) {
        headBytes = headerBytes + 4096
    }

    /// A head was parsed.
    func began() { turn(isInBody: true) }

    /// A request was parsed to its end.
    func ended() { turn(isInBody: false) }

    private func turn(isInBody: Bool) {
        self.isInBody = isInBody
        (framing, body, hasTurned) = (0, 0, true)
    }

    /// Bytes of a body were parsed.
    func carried(_ bytes: Int) {
        body += bytes
        if !hasTurned { framing -= bytes }
    }

    /// Counts bytes that were read.
    ///
    /// - Parameter parse: passes them to the parser.
    /// - Returns: the error to report, if there are too many bytes without content.
    func read(_ bytes: Int, parse: () -> Void) -> HTTPParserError? {
        hasTurned = false
        framing += bytes
        parse()
        guard isInBody else { return framing > headBytes ? .headerOverflow : nil }
        return framing > Self.bodyBytes + Self.bytesPerByte * body ? .invalidChunkSize : nil
    }
}

/// Ends a connection whose client sends too many bytes without content.
///
/// Stands between the socket, or TLS, and the parser. The request is answered like a malformed one.
final class FramingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// How much is still read from the client after the error; an immediate close would reset the connection before the client
    /// has read the answer.
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
