import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Refuses heads of HTTP/1 that break a rule, in their turn, and reads nothing behind them.
///
/// Stands where heads are still as they came: what they are made into knows one `Host` alone.
final class HeadRulesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// An event for ``MalformedRequestHandler``: the next failure to read has this cause.
    struct Refused: Sendable {
        let problem: Problem
    }

    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        if case .head(let head) = unwrapInboundIn(data), let fault = HeadFault(head) {
            isBroken = true
            context.fireUserInboundEventTriggered(Refused(problem: fault.problem))
            // What ends the reading of requests, whatever it was.
            context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
            return
        }
        context.fireChannelRead(data)
    }
}

/// Refuses requests of HTTP/2 that break a rule.
final class StreamRulesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            if let problem = Self.problem(of: request) {
                isRefused = true
                refuse(problem, context)
                return
            }
        case .body, .end: break
        }
        if !isRefused { context.fireChannelRead(data) }
    }

    private static func problem(of request: HTTPRequest) -> Problem? {
        if let fault = HeadFault(stream: request) { return fault.problem }
        let path = request.path ?? ""
        guard path.hasPrefix("/") || path == "*" && request.method == .options else {
            return Problem(.badRequest, "bad_request", "a path begins with a slash")
        }
        return nil
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
