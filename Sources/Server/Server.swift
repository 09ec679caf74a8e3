// The composition root: everything is made here, from the settings, in the order in which it depends on one another. Tests make a
// server with the same function.

import API
import Availability
import Components
import Foundation
import Hummingbird
import Ledger
import LedgerSQLite
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
    private let engine: SQLiteEngine
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

    /// Opens the ledger and loads what browsing needs; nothing listens yet.
    ///
    /// - Parameter place: which of a supervisor's replicas this process is, if it is one.
    /// - Throws: `LedgerFailure` where the ledger cannot be opened, `CertificateRefusal` where a certificate cannot be served.
    public init(_ settings: ServerSettings, as place: ReplicaPlace? = nil, logger: Logger) async throws {
        self.settings = settings
        self.place = place
        self.logger = logger
        // Before anything is opened: what has been opened would have to be closed again.
        let connectionsMax = try settings.connectionsMax(within: OpenFiles.limit)
        certificate = try Self.certificate(settings, logger: logger)
        try Self.makeDirectory(settings.data)
        let delay = settings(.faultSync)
        if delay > 0 { SQLiteEngine.delaySyncs(milliseconds: Int32(delay)) }
        let engine = try SQLiteEngine(settings.sqlite)
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
                // As PostgreSQL does (data_sync_retry=off): the next start reads what is there.
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

    /// Listens and serves until it is told to stop, then finishes what is under way.
    ///
    /// - Parameters:
    ///   - inherited: the socket to serve; where there is none, one is bound by the settings.
    ///   - own: a socket to serve instead, behind a front door that chooses among replicas.
    ///   - onListening: told the port once connections are taken.
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
            // Only the front door of the same supervisor knows the port.
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
        // Below that the group prints every service with all that it holds.
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

    /// A supervisor reads what was under way in a replica that has ended; without one nobody would.
    private static func quarantine(_ settings: ServerSettings, _ logger: Logger) -> Quarantine? {
        do throws(SystemError) {
            return try Quarantine(data: settings.data)
        } catch {
            logger.warning("requests that end replicas cannot be told: \(error)")
            return nil
        }
    }

    /// - Parameter isShared: whether other processes take connections from the same socket.
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
            // On a port of its own nobody else would take them: whoever chooses among replicas is told by the probe instead.
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

    /// Asked on a thread that may be blocked; a supervisor that does not answer in time counts as none.
    private static func replicas(_ client: SupervisorClient) async -> [UInt8] {
        do {
            return try await NIOThreadPool.singleton.runIfActive { client.status(timeout: .milliseconds(300)) }
        } catch {
            // The pool ends with the process alone.
            return ReplicaRoutes.none
        }
    }

    /// Read on a thread that may be blocked.
    private static func noted(_ journal: FaultJournal) async -> (faults: [ComponentFault], measures: [Measure]) {
        do {
            return try await NIOThreadPool.singleton.runIfActive { journal.noted() }
        } catch {
            // The pool ends with the process alone.
            return ([], [])
        }
    }

    private func close() async {
        await components.close()
        await providers.shutdown()
        committer.close()
        await engine.close()
    }

    /// Refuses settings with which no server could start here, before anything is made: what each says alone is right already, but a
    /// certificate may not be served, a provider may lack what it needs, and the machine may have no room.
    ///
    /// - Throws: `SettingError`, or `CertificateRefusal`.
    public static func check(_ settings: ServerSettings, logger: Logger) async throws {
        _ = try settings.connectionsMax(within: OpenFiles.limit)
        _ = try certificate(settings, logger: logger)
        await (try ProviderSet(settings, logger: logger)).shutdown()
    }

    /// The certificate that clients are shown, read from its files; nil where they speak plain HTTP.
    public static func certificate(_ settings: ServerSettings, logger: Logger) throws -> ServerCertificate? {
        guard let files = try settings.certificateFiles else { return nil }
        return try ServerCertificate(files, interval: .seconds(settings(.certificateInterval)), logger: logger)
    }

    /// Makes a data directory, for its owner alone, unless it is there.
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
    /// What a replica says of itself in the words of the probes.
    fileprivate init(_ status: Health.Status) {
        switch status {
        case .starting: self = .starting
        case .draining: self = .draining
        case .ok: self = .ready
        case .degraded, .stuck, .setAside: self = .degraded
        }
    }
}

/// Tells the probes that the end has begun, before anything else is shut down.
private struct DrainNotice: Service {
    let health: Health

    func run() async throws {
        // Ends when the shutdown begins; as the last service of the group it is the first to hear of it.
        try await gracefulShutdown()
        health.drain()
    }
}
