import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Refuses heads of HTTP/1 that break a rule, in their turn, and reads nothing behind them, nor behind a request that is to be the last.
///
/// Stands where heads are still as they came: what they are made into knows one `Host` alone, and no version. What it passes on has one
/// `Host`, a path for a target, and `Connection` only as `close` or, for HTTP/1.0, as `keep-alive`, in these letters.
final class HeadRulesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// An event for ``MalformedRequestHandler``: the next failure to read has this cause.
    struct Refused: Sendable {
        let problem: Problem
    }

    private let framing: FramingCount
    private var isLast = false
    private var isOver = false

    /// - Parameter framing: told where requests begin and end, and what they carry.
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
                // What ends the reading of requests, whatever it was.
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
        // What stands behind the last request is nobody's.
        if isOver, error is HTTPParserError { return }
        context.fireErrorCaught(error)
    }
}

extension HTTPRequestHead {
    /// Brings what a head says of its host, its target and its connection into one form; answers whether it is the last on its connection.
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

    /// Whether the connection goes on after the answer (RFC 9112 section 9.3): `close` ends it, whatever stands beside it, and HTTP/1.0
    /// goes on only where that is asked for.
    var keepsConnection: Bool {
        let options = headers[canonicalForm: "connection"].map { $0.lowercased() }
        if options.contains("close") { return false }
        return version != .http1_0 || options.contains("keep-alive")
    }
}

/// Refuses requests of HTTP/2 that break a rule.
final class StreamRulesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let headerBytes: Int
    private var isRefused = false

    /// - Parameter headerBytes: the most that a head may have.
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
