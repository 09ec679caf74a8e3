// Hummingbird's router and its HTTP channel, on a listener of ours. Hummingbird's own server binds its socket itself; this one serves
// a socket that is bound already, and may be shared with other processes, which is what lets a replica be replaced with no connection
// refused.

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The bounds of a listener.
public struct ListenerBounds: Sendable {
    /// The most header bytes of a request.
    public var headerBytes: Int
    /// How long a client may take to send one request.
    public var slowClient: TimeAmount
    /// When an idle connection is closed.
    public var idle: TimeAmount
    /// The most connections at once.
    public var connectionsMax: Int
    /// For how long an idle connection may still be used once a drain has begun.
    public var drainPause: TimeAmount

    /// The bounds of a listener.
    public init(
        headerBytes: Int,
        slowClient: TimeAmount,
        idle: TimeAmount,
        connectionsMax: Int,
        drainPause: TimeAmount = .seconds(2)
    ) {
        self.headerBytes = headerBytes
        self.slowClient = slowClient
        self.idle = idle
        self.connectionsMax = connectionsMax
        self.drainPause = drainPause
    }
}

/// Serves HTTP/1.1 on a bound socket until it is shut down, and then drains.
public struct HTTPListener: Service {
    private let socket: CInt
    private let door: FrontDoor
    private let bounds: ListenerBounds
    private let connections: OpenConnections
    private let logger: Logger
    private let onListening: @Sendable () -> Void

    /// A listener.
    ///
    /// - Parameters:
    ///   - socket: a stream socket that is bound and listens; it is the listener's own from now on, and closed with it.
    ///   - connections: told of what is open.
    ///   - onListening: called once connections are taken.
    public init(
        socket: CInt,
        door: FrontDoor,
        bounds: ListenerBounds,
        connections: OpenConnections,
        logger: Logger,
        onListening: @escaping @Sendable () -> Void
    ) {
        self.socket = socket
        self.door = door
        self.bounds = bounds
        self.connections = connections
        self.logger = logger
        self.onListening = onListening
    }

    /// Takes connections, and answers what comes on them.
    ///
    /// Ends once a shutdown began and every connection is closed; a cancellation closes them all at once.
    public func run() async throws {
        let child = child()
        let (arrivals, arrived) = AsyncStream.makeStream(of: HTTP1Channel.Value.self)
        let acceptor = try Acceptor(socket: socket)
        let (connections, most) = (connections, bounds.connectionsMax)
        connections.opened(stop: acceptor.stop) { arrived.finish() }
        acceptor.start {
            connections.count < most
        } onConnection: { descriptor in
            take(descriptor, child, arrived)
        } onEnd: {
            connections.listenerClosed()
        }
        onListening()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    for await connection in arrivals {
                        group.addTask { await child.handle(value: connection, logger: logger) }
                    }
                }
            } onGracefulShutdown: {
                connections.drain(closingIdleAfter: bounds.drainPause, on: MultiThreadedEventLoopGroup.singleton.any())
            }
        } onCancel: {
            connections.closeAll()
        }
    }

    /// Makes a channel of a connection, and lets it be handled.
    private func take(
        _ descriptor: CInt,
        _ child: HTTP1Channel,
        _ arrived: AsyncStream<HTTP1Channel.Value>.Continuation
    ) {
        let (connections, logger) = (connections, logger)
        let number = connections.arriving()
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                child.setup(channel: channel, logger: logger).map { connection in
                    connections.add(channel, number)
                    guard case .terminated = arrived.yield(connection) else { return }
                    // Nobody waits for it any more: everything was closed while it was being set up. Only its own end is left to
                    // wait for, and there is no task of ours to do that.
                    Task { try await connection.executeThenClose { _, _ in } }
                }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { error in
                // Its client has gone by now.
                logger.trace("a connection is lost: \(error)")
                connections.lost(number)
            }
    }

    private func child() -> HTTP1Channel {
        let (bounds, connections) = (bounds, connections)
        let (door, logger, date) = (door, logger, AnswerDate())
        let responder = door.router().buildResponder()
        return HTTP1Channel(
            responder: { request, writer, channel in
                let context = ShopContext(source: .init(channel: channel, logger: logger))
                var response = try await Self.response(to: request, context, from: responder)
                response.headers[.date] = date.now
                do {
                    try await writer.write(response: response.head, body: response.body)
                } catch is HTTPParserError {
                    // As it is, it would be answered, in the middle of this answer.
                    throw BrokenWhileAnswered()
                }
            },
            configuration: .init(
                additionalChannelHandlers: [
                    MalformedRequestHandler(headerBytes: bounds.headerBytes),
                    SlowClientHandler(limit: bounds.slowClient),
                    DrainHandler(connections),
                    OverloadHandler { request in
                        guard var refusal = door.turnAway(request) else { return nil }
                        refusal.head.headerFields[.date] = date.now
                        return refusal
                    },
                ],
                idleTimeout: bounds.idle,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: bounds.headerBytes,
                    maxHeaderListSize: bounds.headerBytes,
                    maxHeaderFieldCount: 100
                )
            )
        )
    }

    /// A request that breaks off has no answer; every other failure has been made one by the front door.
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

/// A request turned out to be broken when its answer had begun.
private struct BrokenWhileAnswered: Error {}
