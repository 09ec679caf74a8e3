// Hummingbird's router and its HTTP channel, on a listener of ours. Hummingbird's own server binds its socket itself; this one serves
// a socket that is bound already, and may be shared with other processes, which is what lets a replica be replaced with no connection
// refused.

import Foundation
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
    /// About how long a connection is kept, within a quarter more or less; nil for as long as it is used.
    ///
    /// Then its next answer is its last. Connections that are kept for ever stay with those who took them, and processes that come later stand idle.
    public var age: TimeAmount?
    /// The most connections at once.
    public var connectionsMax: Int
    /// The most connections at once of one address; this machine's own and those of trusted proxies may have any number.
    public var connectionsOfAddressMax: Int
    /// For how long an idle connection may still be used once a drain has begun.
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
    /// How long one connection is kept, drawn for each, so that those that came together do not go together.
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
    ///   - socket: a stream socket that is bound and listens; it is the listener's own from now on, and closed with it.
    ///   - certificate: shown to clients, which then speak TLS; nil for none.
    ///   - connections: told of what is open.
    ///   - onListening: called once connections are taken.
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

    /// Takes connections, and answers what comes on them.
    ///
    /// Ends once a shutdown began and every connection is closed; a cancellation closes them all at once.
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

    /// Makes a channel of a connection, and lets it be handled.
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
                    // Nobody waits for it any more: everything was closed while it was being set up. Only its own end is left to
                    // wait for, and there is no task of ours to do that.
                    channel.close(promise: nil)
                    Task { await protocols.handle(connection) }
                }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { error in
                // Its client has gone by now.
                logger.trace("a connection is lost: \(error)")
                connections.lost(number)
            }
    }
}
