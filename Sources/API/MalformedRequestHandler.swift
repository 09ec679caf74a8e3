// What is last on a connection. A request that HTTP's grammar does not allow never reaches a route, but it is answered with a
// problem document like any other; and an answer that says `Connection: close` is followed by the end of the connection.

import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Gives requests that are not HTTP a problem document, and closes after an answer that says so.
///
/// Nothing behind a broken request is ever read: where it ends is anybody's guess, and guessing is how requests are smuggled
/// (RFC 9112 sections 6.3 and 11.2).
public final class MalformedRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    /// Request parts.
    public typealias InboundIn = HTTPRequestPart
    /// Request parts.
    public typealias InboundOut = HTTPRequestPart
    /// Response parts.
    public typealias OutboundIn = HTTPResponsePart
    /// Response parts.
    public typealias OutboundOut = HTTPResponsePart

    private let headerBytes: Int
    private var problem: Problem?
    /// The broken request had begun and has an answer of its own, so that the server's further one is dropped.
    private var isAnswered = false
    /// What the next failure to read is for; nil where it speaks for itself.
    private var cause: Problem?
    private var isRequestOpen = false
    private var isLast = false
    private var isLastSent = false

    /// - Parameter headerBytes: the bound that a refusal of long headers names.
    public init(headerBytes: Int) {
        self.headerBytes = headerBytes
    }

    /// Remembers what was wrong; the server then answers, once it has answered all that came before.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, problem == nil {
            isAnswered = isRequestOpen
            problem = cause ?? (error == .headerOverflow ? .headersTooLarge(headerBytes) : .notHTTP)
        }
        context.fireErrorCaught(error)
    }

    /// Remembers what a head was refused for.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let refused = event as? HeadRulesHandler.Refused { cause = refused.problem }
        context.fireUserInboundEventTriggered(event)
    }

    /// Notes where requests begin and end.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isRequestOpen = true
        case .body: break
        case .end: isRequestOpen = false
        }
        context.fireChannelRead(data)
        if isLastSent, !isRequestOpen { context.close(promise: nil) }
    }

    /// Puts the problem into the server's bare answer, and closes after an answer that is the last.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if let problem, head.status == .badRequest, head.headerFields[.contentLength] == "0" {
                writeHead(of: problem, context: context, promise: promise)
                return
            }
            isLast = head.headerFields[.connection] == "close"
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            guard isLast else {
                context.write(data, promise: promise)
                return
            }
            context.writeAndFlush(data, promise: promise)
            isLastSent = true
            // A client that is still sending would lose the answer to a reset; it has until the slow-client timeout.
            if !isRequestOpen { context.close(promise: nil) }
        }
    }

    private func writeHead(of problem: Problem, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if isAnswered {
            promise?.succeed()
            context.close(promise: nil)
            return
        }
        isRequestOpen = false
        isLast = true
        let requestID = RequestID.fresh()
        let document = problem.document(requestID: requestID)
        var fields = problem.fields
        fields[.connection] = "close"
        fields[.contentLength] = String(document.count)
        fields[.requestID] = requestID
        context.write(wrapOutboundOut(.head(HTTPResponse(status: problem.status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: document))), promise: promise)
    }
}

extension Problem {
    /// The bytes are no HTTP request.
    fileprivate static let notHTTP = Problem(.badRequest, "bad_request", "this is not a well-formed HTTP/1.1 request")

    /// The request line and the headers are longer, or more, than the server reads.
    static func headersTooLarge(_ bytes: Int) -> Problem {
        Problem(
            .requestHeaderFieldsTooLarge,
            "headers_too_large",
            "a request line and headers here have at most \(bytes) bytes and \(HeadFault.mostFields) fields"
        )
    }
}
