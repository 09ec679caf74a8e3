import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Refuses heads of HTTP/1 that violate a rule, in the order of requests, and reads nothing after them or after a request that
/// announces to be the last.
///
/// Must see heads as they were received: the later representation keeps only one `Host` and no version. A head that it passes on
/// has one `Host`, a path as target, and `Connection` only as `close` or, for HTTP/1.0, as `keep-alive`, in these letters.
final class HeadRulesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// An event for ``MalformedRequestHandler``: the cause of the parser error that follows.
    struct Refused: Sendable {
        let problem: Problem
    }

    private let framing: FramingCount
    private var isLast = false
    private var isOver = false

    /// - Parameter framing: counts the requests and their bodies.
    init(_ framing: FramingCount) {
        self.framing = framing
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            framing.began()
            if let fault = HeadFault(head) {
                isOver = true
                context.fireUserInboundEventTriggered(Refused(problem: fault.problem))
                // Any parser error ends the reading of requests.
                context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
                return
            }
            isLast = head.normalise()
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let part):
            framing.carried(part.readableBytes)
            context.fireChannelRead(data)
        case .end:
            framing.ended()
            isOver = isLast
            context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Bytes after the last request are ignored.
        if isOver, error is HTTPParserError { return }
        context.fireErrorCaught(error)
    }
}

extension HTTPRequestHead {
    /// Normalises host, target and connection of a head; returns whether it is the last on its connection.
    mutating func normalise() -> Bool {
        if let target = RequestTarget(uri, method), let host = target.host {
            headers.replaceOrAdd(name: "host", value: host)
            uri = target.path
        }
        let isLast = !keepsConnection
        if isLast {
            headers.replaceOrAdd(name: "connection", value: "close")
        } else if version == .http1_0 {
            headers.replaceOrAdd(name: "connection", value: "keep-alive")
        } else if headers.contains(name: "connection") {
            headers.remove(name: "connection")
        }
        return isLast
    }

    /// Whether the connection stays open after the answer (RFC 9112 section 9.3): `close` ends it, whatever else the field says,
    /// and HTTP/1.0 keeps it only if asked to.
    var keepsConnection: Bool {
        let options = headers[canonicalForm: "connection"].map { $0.lowercased() }
        if options.contains("close") { return false }
        return version != .http1_0 || options.contains("keep-alive")
    }
}

/// Refuses requests of HTTP/2 that violate a rule.
final class StreamRulesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let headerBytes: Int
    private var isRefused = false

    /// - Parameter headerBytes: the limit of a head.
    init(headerBytes: Int) {
        self.headerBytes = headerBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            if let fault = HeadFault(stream: request, headerBytes: headerBytes) {
                isRefused = true
                refuse(fault.problem, context)
                return
            }
        case .body, .end: break
        }
        if !isRefused { context.fireChannelRead(data) }
    }

    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        let requestID = RequestID.fresh()
        let document = problem.document(requestID: requestID)
        var fields = problem.fields
        fields[.contentLength] = String(document.count)
        fields[.requestID] = requestID
        context.write(wrapOutboundOut(.head(HTTPResponse(status: problem.status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: document))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
