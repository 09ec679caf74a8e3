// The composition root: everything is created here, from the settings, in the order of dependencies. Tests create a server with
// the same function.

import API
import Availability
import Components
import Foundation
import Hummingbird
import Ledger
import LedgerEngines
import Logging
import NIOCore
import NIOPosix
import Providers
import Replicas
import Resilience
import ServiceLifecycle
import Supervision
import Synchronization
import Trading

/// A server that is ready to run.
public struct Server: Sendable {
    /// The version of this build.
    public static let version = "0.1.0"

    private let settings: ServerSettings
    private let place: ReplicaPlace?
    private let engine: any LedgerEngine
    private let committer: Committer
    private let providers: ProviderSet
    private let components: Components
    private let services: [any Service]
    private let door: FrontDoor
    private let health: Health
    private let requests: RequestMetrics
    private let gate: AdmissionGate
    private let connections: OpenConnections
    private let connectionsMax: Int
    private let proxies: TrustedProxies
    private let writes = WriteSwitch()
    private let certificate: ServerCertificate?
    private let logger: Logger

    /// Opens the ledger and loads the catalogue and the keys; nothing listens yet.
    ///
    /// - Parameter place: the number and release of this process under a supervisor, if there is one.
    /// - Throws: `LedgerFailure` where the ledger cannot be opened, `CertificateRefusal` and `SettingError` for settings that
    ///   cannot be used; only the first may succeed later.
    public init(_ settings: ServerSettings, as place: ReplicaPlace? = nil, logger: Logger) async throws {
        self.settings = settings
        self.place = place
        self.logger = logger
        // Checked first: later, everything already open would have to be closed again.
        let connectionsMax = try settings.connectionsMax(within: OpenFiles.limit)
        certificate = try Self.certificate(settings, logger: logger)
        try Self.makeDirectory(settings.data)
        let engine = try settings.ledger.open()
        let snapshot = StorefrontSnapshot()
        let ledgerMetrics = LedgerMetrics()
        let waiters = PaymentWaiters()
        let committer = try Committer(
            engine: engine,
            bounds: settings.bounds,
            observer: { batch in
                snapshot.apply(batch)
                ledgerMetrics.record(batch)
                waiters.apply(batch)
            },
            onLost: { failure in
                // As in PostgreSQL (data_sync_retry=off): the next start reads the disk to find out.
                logger.critical("\(failure.debugDescription); ending, since nobody knows what of it is on disk")
                exit(EX_IOERR)
            }
        )
        self.engine = engine
        self.committer = committer
        let secret = try await committer.submit(OpenShop()).outcome
        let secrets = OrderSecret(shopSecret: secret)
        let keyring = Keyring(tokens: CustomerToken(secrets)) { id in
            do throws(LedgerFailure) {
                return try await engine.read { (view) throws(LedgerFailure) in try view.row(APIKeyRow.self, id) }
            } catch {
                logger.warning("looking up a key: \(error.debugDescription)")
                return nil
            }
        }
        let follower = LedgerFollower(
            ledger: engine,
            snapshot: snapshot,
            keyring: keyring,
            interval: .milliseconds(settings(.follow)),
            logger: logger
        )
        try await follower.load()
        let providers = try ProviderSet(settings, logger: logger)
        self.providers = providers
        let shop = Shop(
            ledger: engine,
            committer: committer,
            storefront: snapshot,
            settings: settings.shop,
            secrets: secrets,
            payments: settings.payments(providers, waiters: waiters)
        )
        let health = Health()
        self.health = health
        let requests = RequestMetrics()
        if connectionsMax < settings(.connections) {
            logger.notice(
                "at most \(connectionsMax) connections are taken, not the \(settings(.connections)) of http.max-connections",
                metadata: ["cause": "at most \(OpenFiles.limit) files may be open (ulimit -n)"]
            )
        }
        self.connectionsMax = connectionsMax
        let gate = AdmissionGate(
            limit: .frontDoor(connections: connectionsMax, objective: .milliseconds(settings(.objective)))
        )
        let connections = OpenConnections()
        self.connections = connections
        self.requests = requests
        self.gate = gate
        let replicas = SupervisorClient(data: settings.data)
        let faults = FaultJournal(data: settings.data)
        let outcomes = OutcomeCounters()
        components = Components(
            ComponentInputs(
                shop: shop,
                taskInterval: .milliseconds(settings(.taskInterval)),
                pruneInterval: .milliseconds(settings(.pruneInterval)),
                logger: logger,
                carriers: providers.carrierOrder.compactMap { providers.carriers[$0] },
                deliveries: settings.deliveries,
                replicas: { await Self.replicas(replicas) },
                availability: AvailabilityInputs(outcomes: outcomes, objective: settings.objective) {
                    await Self.noted(faults)
                }
            ),
            running: settings.components,
            health: health,
            gate: gate,
            connections: connections,
            requests: requests,
            ledger: ledgerMetrics
        )
        let proxies = settings.proxies
        self.proxies = proxies
        door = FrontDoor(
            components.endpoints(version: Self.version),
            keyring: keyring,
            metrics: requests,
            outcomes: outcomes,
            gate: gate,
            faults: DrilledFaults(
                errorPercent: settings(.faultErrors),
                delay: .milliseconds(settings(.faultDelay)),
                poison: settings.text(.faultPoison)
            ),
            writes: writes,
            limits: settings.clientLimits,
            proxies: proxies,
            quarantine: place == nil ? nil : Self.quarantine(settings, logger),
            bodies: BodyBudget(most: settings.bodyBytes),
            waits: ClientWaits(most: settings(.waits)),
            accessLog: settings.isOn(.logAccess) ? AccessLog(logger) : nil,
            origins: CrossOrigin(settings.list(.corsOrigins)),
            logger: logger
        )
        let leak = settings(.faultLeak)
        services = [follower] + components.services() + (leak > 0 ? [MemoryLeak(rate: leak)] : [])
    }

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

    /// Without a supervisor no process would read the records of a replica that ended.
    private static func quarantine(_ settings: ServerSettings, _ logger: Logger) -> Quarantine? {
        do throws(SystemError) {
            return try Quarantine(data: settings.data)
        } catch {
            logger.warning("requests that end replicas cannot be told: \(error)")
            return nil
        }
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

    /// The supervisor's status, read on a thread that may block; without an answer in time, that of no supervisor.
    private static func replicas(_ client: SupervisorClient) async -> [UInt8] {
        do {
            return try await NIOThreadPool.singleton.runIfActive { client.status(timeout: .milliseconds(300)) }
        } catch {
            // The thread pool ends only with the process.
            return ReplicaRoutes.none
        }
    }

    /// The journal of faults, read on a thread that may block.
    private static func noted(_ journal: FaultJournal) async -> (faults: [ComponentFault], measures: [Measure]) {
        do {
            return try await NIOThreadPool.singleton.runIfActive { journal.noted() }
        } catch {
            // The thread pool ends only with the process.
            return ([], [])
        }
    }

    private func close() async {
        await components.close()
        await providers.shutdown()
        committer.close()
        await engine.close()
    }

    /// Refuses settings with which no server could start on this machine, before anything is created.
    ///
    /// Each value is already known to be valid; but a certificate may be unusable, a provider may lack a setting, and the limit
    /// of open files may be too low. Blocks its thread while files are read.
    ///
    /// - Throws: `SettingError`, or `CertificateRefusal`.
    public static func check(_ settings: ServerSettings, logger: Logger) async throws {
        _ = try settings.connectionsMax(within: OpenFiles.limit)
        _ = try certificate(settings, logger: logger)
        await (try ProviderSet(settings, logger: logger)).shutdown()
    }

    /// The certificate for TLS, read from its files; nil for plain HTTP.
    ///
    /// - Throws: `SettingError` or `CertificateRefusal`; correct the settings or the files first.
    public static func certificate(_ settings: ServerSettings, logger: Logger) throws -> ServerCertificate? {
        guard let files = try settings.certificateFiles else { return nil }
        return try ServerCertificate(files, interval: .seconds(settings(.certificateInterval)), logger: logger)
    }

    /// Creates a data directory, for its owner alone, unless it exists.
    ///
    /// - Throws: `SettingError` if the path is no directory or cannot be created.
    public static func makeDirectory(_ path: String) throws {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else { throw SettingError(description: "\(path) is not a directory") }
            return
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SettingError(description: "cannot make the data directory \(path): \(error.localizedDescription)")
        }
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
