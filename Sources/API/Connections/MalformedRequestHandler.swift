// The end of a connection. A malformed HTTP request never reaches a route, but is answered with a problem document like any
// other; and the connection is closed after an answer with `Connection: close`.

import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers malformed requests with a problem document, and closes after an answer with `Connection: close`.
///
/// Nothing after a malformed request is read: its end is not known, and guessing it allows request smuggling (RFC 9112 sections
/// 6.3 and 11.2).
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
    /// The malformed request had begun and gets an answer from its handler, so the server's further answer is dropped.
    private var isAnswered = false
    /// The problem for the next parser error; nil where the error explains itself.
    private var cause: Problem?
    private var isRequestOpen = false
    private var isLast = false
    private var isLastSent = false

    /// - Parameter headerBytes: the limit that a refusal of long heads names.
    public init(headerBytes: Int) {
        self.headerBytes = headerBytes
    }

    /// Remembers the error; the server answers after all earlier requests.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, problem == nil {
            isAnswered = isRequestOpen
            problem = cause ?? (error == .headerOverflow ? .headersTooLarge(headerBytes) : .notHTTP)
        }
        context.fireErrorCaught(error)
    }

    /// Remembers the problem for which a head was refused.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let refused = event as? HeadRulesHandler.Refused { cause = refused.problem }
        context.fireUserInboundEventTriggered(event)
    }

    /// Tracks where requests begin and end.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isRequestOpen = true
        case .body: break
        case .end: isRequestOpen = false
        }
        context.fireChannelRead(data)
        if isLastSent, !isRequestOpen { context.close(promise: nil) }
    }

    /// Puts the problem into the server's bare answer, and closes after the last answer.
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
            // A client that is still sending would lose the answer to a reset; the slow-client timeout limits it.
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
    /// The bytes are not an HTTP request.
    fileprivate static let notHTTP = Problem(.badRequest, "bad_request", "this is not a well-formed HTTP/1.1 request")

    /// The request line and the headers exceed the limit of bytes or fields.
    static func headersTooLarge(_ bytes: Int) -> Problem {
        Problem(
            .requestHeaderFieldsTooLarge,
            "headers_too_large",
            "a request line and headers here have at most \(bytes) bytes and \(HeadFault.mostFields) fields"
        )
    }
}
