// HTTP/2 (RFC 9113) beside HTTP/1.1. Every stream of a connection is a channel of its own that carries one request, with the
// handlers and limits of an HTTP/1.1 connection as far as they apply. There are no malformed requests here: frames that HTTP's
// grammar does not allow end the stream, or the connection, as a protocol error.

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Configures HTTP/2 connections, and serves their streams.
struct HTTP2Connections: Sendable {
    /// A connection with the streams that its client opens.
    typealias Connection = NIOHTTP2Handler.AsyncStreamMultiplexer<HTTP1Channel.Value>

    /// The most requests in flight on a connection; the client queues further ones.
    static let streamsMax = 100

    let bounds: ListenerBounds
    let connections: OpenConnections
    let logger: Logger
    /// The handlers of a stream.
    let handlers: @Sendable () -> [any RemovableChannelHandler]

    /// Makes an HTTP/2 connection of a channel after its handshake.
    ///
    /// A connection that is idle, or whose client does not answer a ping, gets a GOAWAY and is closed after another idle timeout
    /// at the latest.
    func setup(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            var configuration = NIOHTTP2Handler.Configuration()
            configuration.connection.initialSettings = [
                HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.streamsMax),
                // A larger head ends the connection; until the client has read this setting, so does one above 16 KiB. A smaller
                // one that is still too large for HTTP/1's limit is refused on its stream.
                HTTP2Setting(parameter: .maxHeaderListSize, value: 4 * bounds.headerBytes),
            ]
            let manager = NIOHTTP2ServerConnectionManagementHandler(
                eventLoop: channel.eventLoop,
                configuration: .init(
                    maxIdleTime: bounds.idle,
                    maxAge: bounds.drawnAge,
                    maxGraceTime: bounds.idle,
                    keepalive: .init(pingInterval: bounds.idle, ackTimeout: bounds.slowClient)
                )
            )
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(FrameRateHandler())
            let connection: Connection = try pipeline.configureAsyncHTTP2Pipeline(
                mode: .server,
                streamDelegate: manager.http2StreamDelegate,
                configuration: configuration
            ) { stream in
                setup(stream: stream)
            }
            let goAway = GoAwayHandler(connections)
            try pipeline.addHandlers([goAway, manager])
            goAway.begin()
            return connection
        }
    }

    private func setup(stream: any Channel) -> EventLoopFuture<HTTP1Channel.Value> {
        stream.eventLoop.makeCompletedFuture {
            let pipeline = stream.pipeline.syncOperations
            try pipeline.addHandlers([EndStreamHandler(), HTTP2FramePayloadToHTTPServerCodec()])
            try pipeline.addHandlers(handlers())
            try pipeline.addHandler(
                HTTPConnectionStateHandler(idleTimeout: .nanoseconds(bounds.idle.nanoseconds), logger: logger)
            )
            return try NIOAsyncChannel(wrappingChannelSynchronously: stream)
        }
    }

    /// Serves the streams of a connection until it ends.
    ///
    /// - Parameter server: answers the one request of each.
    func handle(_ connection: Connection, by server: HTTP1Channel) async {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for try await stream in connection.inbound {
                    group.addTask { await server.handle(value: stream, logger: logger) }
                }
            }
        } catch {
            logger.trace("an HTTP/2 connection is lost: \(error)")
        }
    }
}
