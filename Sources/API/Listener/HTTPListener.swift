// Hummingbird's router and HTTP channel, on a listener of our own. Hummingbird's own server binds its socket itself; this one
// serves a socket that is already bound and may be shared with other processes, so that a replica can be replaced without
// refusing a connection.

import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The limits of a listener.
public struct ListenerBounds: Sendable {
    /// The most bytes of a request's head.
    public var headerBytes: Int
    /// How long a client may take to send one request.
    public var slowClient: TimeAmount
    /// The time after which an idle connection is closed.
    public var idle: TimeAmount
    /// The approximate age, within a quarter, after which a connection's next answer is its last; nil for no limit.
    ///
    /// Connections that are kept for ever stay with the process that accepted them, and processes that are started later stay
    /// idle.
    public var age: TimeAmount?
    /// The most open connections.
    public var connectionsMax: Int
    /// The most open connections of one address; this machine's own and those of trusted proxies are not limited.
    public var connectionsOfAddressMax: Int
    /// How long an idle connection may still be used after a drain has begun.
    public var drainPause: TimeAmount

    /// The bounds of a listener.
    public init(
        headerBytes: Int,
        slowClient: TimeAmount,
        idle: TimeAmount,
        age: TimeAmount? = nil,
        connectionsMax: Int,
        connectionsOfAddressMax: Int = .max,
        drainPause: TimeAmount = .seconds(2)
    ) {
        self.headerBytes = headerBytes
        self.slowClient = slowClient
        self.idle = idle
        self.age = age
        self.connectionsMax = connectionsMax
        self.connectionsOfAddressMax = connectionsOfAddressMax
        self.drainPause = drainPause
    }
}

extension ListenerBounds {
    /// The age limit of one connection, drawn at random, so that connections which were opened together are not closed together.
    var drawnAge: TimeAmount? {
        age.map { .nanoseconds(Int64(Double($0.nanoseconds) * .random(in: 0.75...1.25))) }
    }
}

/// Serves HTTP on a bound socket until it is shut down, and then drains: HTTP/1.1, or with TLS also HTTP/2.
public struct HTTPListener: Service {
    private let socket: CInt
    private let door: FrontDoor
    private let bounds: ListenerBounds
    private let certificate: ServerCertificate?
    private let connections: OpenConnections
    private let logger: Logger
    private let onListening: @Sendable () -> Void

    /// A listener.
    ///
    /// - Parameters:
    ///   - socket: a stream socket that is bound and listens; the listener owns and closes it.
    ///   - certificate: for TLS; nil for plain HTTP.
    ///   - connections: tracks the open connections.
    ///   - onListening: called once connections are accepted.
    public init(
        socket: CInt,
        door: FrontDoor,
        bounds: ListenerBounds,
        certificate: ServerCertificate? = nil,
        connections: OpenConnections,
        logger: Logger,
        onListening: @escaping @Sendable () -> Void
    ) {
        self.socket = socket
        self.door = door
        self.bounds = bounds
        self.certificate = certificate
        self.connections = connections
        self.logger = logger
        self.onListening = onListening
    }

    /// Accepts connections and serves them.
    ///
    /// Returns after a shutdown has begun and every connection is closed; a cancellation closes all of them at once.
    ///
    /// - Throws: an error if the socket cannot be used; retrying does not help.
    public func run() async throws {
        let protocols = ConnectionProtocols(door, bounds, certificate, connections, logger)
        let (arrivals, arrived) = AsyncStream.makeStream(of: ConnectionProtocols.Connection.self)
        let acceptor = try Acceptor(socket: socket)
        let (connections, most) = (connections, bounds.connectionsMax)
        connections.opened(stop: acceptor.stop) { arrived.finish() }
        acceptor.start {
            connections.hasRoom(most)
        } makeRoom: {
            connections.makeRoom(most)
        } onConnection: { descriptor, address in
            take(descriptor, address, protocols, arrived)
        } onEnd: {
            connections.listenerClosed()
        }
        onListening()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    for await connection in arrivals {
                        group.addTask { await protocols.handle(connection) }
                    }
                }
            } onGracefulShutdown: {
                connections.drain(closingIdleAfter: bounds.drainPause, on: MultiThreadedEventLoopGroup.singleton.any())
            }
        } onCancel: {
            connections.closeAll()
        }
    }

    /// Makes a channel of a connection, and passes it on to be served.
    private func take(
        _ descriptor: CInt,
        _ address: ClientAddress?,
        _ protocols: ConnectionProtocols,
        _ arrived: AsyncStream<ConnectionProtocols.Connection>.Continuation
    ) {
        let (connections, logger, limit) = (connections, logger, bounds.slowClient)
        let peer = address.flatMap { door.boundedPeer($0) }
        guard let number = connections.arriving(from: peer, mostOfAddress: bounds.connectionsOfAddressMax) else {
            close(descriptor)
            return
        }
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        SlowReaderHandler(descriptor: descriptor, limit: limit)
                    )
                }.flatMap { protocols.setup(channel) }.map { connection in
                    connections.add(channel, number)
                    guard case .terminated = arrived.yield(connection) else { return }
                    // All connections were closed while this one was being configured. Its task no longer exists, so its end is
                    // not awaited.
                    channel.close(promise: nil)
                    Task { await protocols.handle(connection) }
                }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { error in
                // The client has gone.
                logger.trace("a connection is lost: \(error)")
                connections.lost(number)
            }
    }
}
