import API
import Components
import Foundation
import NIOCore
import Replicas
import Resilience
import ServiceLifecycle
import Supervision

extension ShopServer {
    /// Listens and serves until the process receives SIGTERM or SIGINT, then finishes the requests in flight.
    ///
    /// - Parameters:
    ///   - inherited: the socket to serve; without one, the configured address is bound.
    ///   - own: a socket to serve instead, behind HAProxy.
    ///   - onListening: called with the port once connections are accepted.
    /// - Throws: `SystemError` if the socket cannot be bound, or the error of the first service that fails. The ledger is closed
    ///   in any case, so the server cannot run again.
    public func run(
        on inherited: ListeningSocket? = nil,
        own: ListeningSocket? = nil,
        onListening: @escaping @Sendable (Int) -> Void
    ) async throws {
        let all: [any Service]
        do {
            let socket = try inherited ?? ListeningSocket.bind(host: settings.host, port: settings.port)
            var supervised: [any Service] = []
            if let place {
                supervised = [try replica(place, socket: socket, hasOwnPort: own != nil, connections: connections)]
            }
            let isShared = place != nil && own == nil
            // Only the supervisor's own HAProxy knows the port.
            if own != nil { proxies.trustOwnDoor() }
            let listener = listener(
                on: own ?? socket,
                isShared: isShared,
                connections: connections,
                onListening: onListening
            )
            all =
                supervised + services + [certificate].compactMap(\.self) + [
                    listener, ServiceNotice(ServiceManager()), DrainNotice(health: health),
                ]
        } catch {
            await close()
            throw error
        }
        var groupLogger = logger
        // At lower levels the group logs every service with its whole content.
        groupLogger.logLevel = max(logger.logLevel, .info)
        var configuration = ServiceGroupConfiguration(
            services: all,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: groupLogger
        )
        configuration.maximumGracefulShutdownDuration = Duration.seconds(settings(.shutdown))
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    /// - Parameter isShared: whether other processes accept connections from the same socket.
    private func listener(
        on socket: ListeningSocket,
        isShared: Bool,
        connections: OpenConnections,
        onListening: @escaping @Sendable (Int) -> Void
    ) -> HTTPListener {
        let health = health
        return HTTPListener(
            socket: socket.descriptor,
            door: door,
            bounds: ListenerBounds(
                headerBytes: settings(.headerBytes),
                slowClient: .seconds(Int64(settings(.slowClient))),
                idle: .seconds(Int64(settings(.idle))),
                age: isShared ? .seconds(Int64(settings(.age))) : nil,
                connectionsMax: connectionsMax,
                connectionsOfAddressMax: settings(.connectionsOfAddress)
            ),
            certificate: certificate,
            connections: connections,
            logger: logger
        ) {
            health.started()
            onListening(socket.port)
        }
    }

    private func replica(
        _ place: ReplicaPlace,
        socket: ListeningSocket,
        hasOwnPort: Bool,
        connections: OpenConnections
    ) throws(SystemError) -> Replica {
        let (health, requests, gate, writes, logger) = (health, requests, gate, writes, logger)
        let components = components
        return try Replica(place, version: Self.version, data: settings.data, socket: socket, logger: logger) {
            logger.notice("told what to leave undone: \($0)")
            // No other process accepts connections on a port of its own: there, HAProxy learns by the readiness probe instead.
            if hasOwnPort {
                health.setAside($0.takesNoConnections)
            } else {
                connections.takeNone($0.takesNoConnections)
            }
            components.rest($0.resting)
            gate.refuse(from: $0.refusesFrom.flatMap(Tier.init(rawValue:)))
            writes.setReadOnly($0.isReadOnly)
        } vitals: {
            let readiness = health.readiness
            let totals = requests.totals
            return Vitals(
                state: Heartbeat.State(readiness.status),
                canaryAge: readiness.age,
                inFlight: gate.figures.inFlight,
                requests: Heartbeat.Requests(
                    total: Int64(totals.answered),
                    errors: Int64(totals.failed),
                    shed: Int64(totals.shed),
                    ofClients: Int64(totals.ofClients)
                ),
                workerFailures: components.workerFailures
            )
        }
    }

    private func close() async {
        await components.close()
        await providers.shutdown()
        await ledger.close()
    }
}

extension Heartbeat.State {
    /// The replica state for a status of the health probes.
    fileprivate init(_ status: Health.Status) {
        switch status {
        case .starting: self = .starting
        case .draining: self = .draining
        case .ok: self = .ready
        case .degraded, .stuck, .setAside: self = .degraded
        }
    }
}

/// Changes the readiness probe at the beginning of a shutdown, before anything else is shut down.
private struct DrainNotice: Service {
    let health: Health

    func run() async throws {
        // Returns when the shutdown begins; as the last service of the group it is the first to be shut down.
        try await gracefulShutdown()
        health.drain()
    }
}
