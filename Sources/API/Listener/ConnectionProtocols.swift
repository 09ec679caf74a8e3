// The protocol of a connection: without a certificate HTTP/1.1; with one TLS, in whose handshake the client chooses between
// HTTP/1.1 and HTTP/2 (ALPN, RFC 7301).

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypesHTTP1
import NIOSSL

/// Configures the connections of a listener, and serves their requests.
struct ConnectionProtocols: Sendable {
    /// A configured connection.
    enum Connection: Sendable {
        /// HTTP/1.1 without TLS.
        case plain(HTTP1Channel.Value)
        /// TLS, whose handshake chooses the protocol.
        case secure(EventLoopFuture<NIONegotiatedHTTPVersion<HTTP1Channel.Value, HTTP2Connections.Connection>>)
    }

    private let http1: HTTP1Channel
    private let http2: HTTP2Connections
    private let certificate: ServerCertificate?
    private let bounds: ListenerBounds
    private let logger: Logger

    init(
        _ door: FrontDoor,
        _ bounds: ListenerBounds,
        _ certificate: ServerCertificate?,
        _ connections: OpenConnections,
        _ logger: Logger
    ) {
        self.certificate = certificate
        self.bounds = bounds
        self.logger = logger
        let date = AnswerDate()
        let overload = { @Sendable in
            OverloadHandler { request in
                guard var refusal = door.turnAway(request) else { return nil }
                refusal.head.headerFields[.date] = date.now
                return refusal
            }
        }
        http1 = HTTP1Channel(
            responder: Self.responder(door, date, logger, isSecure: certificate != nil),
            configuration: .init(
                additionalChannelHandlers: [
                    MalformedRequestHandler(headerBytes: bounds.headerBytes),
                    SlowClientHandler(limit: bounds.slowClient),
                    DrainHandler(connections, age: bounds.drawnAge),
                    overload(),
                    ContinueHandler(),
                ],
                idleTimeout: bounds.idle,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: bounds.headerBytes,
                    maxHeaderListSize: bounds.headerBytes,
                    maxHeaderFieldCount: HeadFault.mostFields
                )
            )
        )
        http2 = HTTP2Connections(bounds: bounds, connections: connections, logger: logger) {
            [
                StreamRulesHandler(headerBytes: bounds.headerBytes), SlowClientHandler(limit: bounds.slowClient),
                DrainHandler(connections, isStream: true), overload(), ContinueHandler(),
            ]
        }
    }

    /// Configures a channel that has just been opened.
    ///
    /// Runs on its event loop.
    func setup(_ channel: any Channel) -> EventLoopFuture<Connection> {
        guard let certificate else {
            return Self.setup(http1, bounds, channel, logger).map { .plain($0) }
        }
        let (http1, http2, bounds, logger) = (http1, http2, bounds, logger)
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([
                NIOSSLServerHandler(context: certificate.context), HandshakeHandler(limit: bounds.slowClient),
            ])
        }.flatMap {
            channel.configureHTTP2AsyncSecureUpgrade { channel in
                Self.setup(http1, bounds, channel, logger)
            } http2ConnectionInitializer: { channel in
                http2.setup(channel)
            }
        }.map { .secure($0) }
    }

    /// Configures a channel for HTTP/1, with checked heads and bounded framing.
    private static func setup(
        _ http1: HTTP1Channel,
        _ bounds: ListenerBounds,
        _ channel: any Channel,
        _ logger: Logger
    ) -> EventLoopFuture<HTTP1Channel.Value> {
        http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let framing = FramingCount(headerBytes: bounds.headerBytes)
            try pipeline.addHandler(FramingHandler(framing), position: .before(parser))
            try pipeline.addHandler(HeadRulesHandler(framing), position: .before(codec))
            return value
        }
    }

    /// Serves a connection until it is closed.
    func handle(_ connection: Connection) async {
        switch connection {
        case .plain(let connection):
            await http1.handle(value: connection, logger: logger)
        case .secure(let handshake):
            do {
                switch try await handshake.get() {
                case .http1_1(let connection): await http1.handle(value: connection, logger: logger)
                case .http2(let connection): await http2.handle(connection, by: http1)
                }
            } catch {
                // The client does not speak TLS, or no common version, or has gone.
                logger.trace("a handshake failed: \(error)")
            }
        }
    }

    private static func responder(
        _ door: FrontDoor,
        _ date: AnswerDate,
        _ logger: Logger,
        isSecure: Bool = false
    ) -> HTTPChannelHandler.Responder {
        let responder = door.router().buildResponder()
        return { request, writer, channel in
            let context = ShopContext(source: .init(channel: channel, logger: logger))
            var response = try await Self.response(to: request, context, from: responder)
            response.headers[.date] = date.now
            // Only an answer over TLS may carry this field (RFC 6797 section 7.2).
            if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
            do {
                try await writer.write(response: response.head, body: response.body)
            } catch is HTTPParserError {
                // Without this error Hummingbird would write a second answer into the middle of this one.
                throw BrokenWhileAnswered()
            }
        }
    }

    /// The answer of the front door.
    ///
    /// An error means that the request broke off, so that there is no answer.
    private static func response(
        to request: Request,
        _ context: ShopContext,
        from responder: RouterResponder<ShopContext>
    ) async throws -> Response {
        do {
            return try await responder.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            context.logger.error("a request has no answer: \(error)")
            return Response(status: .internalServerError)
        }
    }
}

/// The request turned out to be malformed after its answer had begun.
private struct BrokenWhileAnswered: Error {}
