// The composition root: everything is created here, from the settings, in the order of dependencies. Tests create a server with
// the same function.

import API
import Availability
import Components
import Foundation
import Logging
import NIOPosix
import Providers
import Replicas
import Resilience
import ServiceLifecycle

/// A server that is ready to run.
public struct ShopServer: Sendable {
    /// The version of this build.
    public static let version = "0.1.0"

    let settings: ServerSettings
    let place: ReplicaPlace?
    let ledger: OpenLedger
    let providers: ProviderSet
    let components: ComponentSet
    let services: [any Service]
    let door: FrontDoor
    let health: Health
    let requests = RequestMetrics()
    let gate: AdmissionGate
    let connections = OpenConnections()
    let connectionsMax: Int
    let proxies: TrustedProxies
    let writes = WriteSwitch()
    let certificate: ServerCertificate?
    let logger: Logger

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
        try settings.checkArchiving()
        certificate = try Self.certificate(settings, logger: logger)
        try Self.makeDirectory(settings.data)
        let ledger = try await OpenLedger(settings, logger: logger)
        self.ledger = ledger
        let committer = ledger.committer
        health = Health(stuckAfter: settings.stuckAfter) { committer.absence }
        let providers = try ProviderSet(settings, logger: logger)
        self.providers = providers
        Self.tellConnections(connectionsMax, settings, logger: logger)
        self.connectionsMax = connectionsMax
        gate = AdmissionGate(
            limit: .frontDoor(connections: connectionsMax, objective: .milliseconds(settings(.objective))),
            // What waited for a ledger that was away says nothing about what this process can do.
            isExcused: { begun in committer.absence.map { $0.at >= begun } ?? false }
        )
        proxies = settings.proxies
        let outcomes = OutcomeCounters()
        components = ComponentSet(
            Self.inputs(of: ledger, providers, outcomes, settings, logger: logger),
            running: settings.components,
            health: health,
            gate: gate,
            connections: connections,
            requests: requests,
            ledger: ledger.metrics
        )
        door = FrontDoor(
            components.endpoints(version: Self.version),
            keyring: ledger.keyring,
            metrics: requests,
            outcomes: outcomes,
            gate: gate,
            faults: settings.drilledFaults,
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
        let sentry = LedgerGuard(
            ledger: ledger.engine,
            location: settings.ledger,
            schedule: settings.checks,
            logger: logger
        )
        services = [ledger.follower, sentry] + components.services() + (leak > 0 ? [MemoryLeak(rate: leak)] : [])
    }

    /// What every component is given.
    private static func inputs(
        of ledger: OpenLedger,
        _ providers: ProviderSet,
        _ outcomes: OutcomeCounters,
        _ settings: ServerSettings,
        logger: Logger
    ) -> ComponentInputs {
        let replicas = SupervisorClient(data: settings.data)
        let faults = FaultJournal(data: settings.data)
        return ComponentInputs(
            shop: Shop(
                ledger: ledger.engine,
                committer: ledger.committer,
                storefront: ledger.snapshot,
                settings: settings.shop,
                secrets: ledger.secrets,
                payments: settings.payments(providers, waiters: ledger.waiters)
            ).archiving(in: settings.ledger.archive),
            taskInterval: .milliseconds(settings(.taskInterval)),
            pruneInterval: .milliseconds(settings(.pruneInterval)),
            logger: logger,
            carriers: providers.carrierOrder.compactMap { providers.carriers[$0] },
            deliveries: settings.deliveries,
            replicas: { await Self.replicas(replicas) },
            archive: settings.archiveGauges,
            availability: AvailabilityInputs(outcomes: outcomes, objective: settings.objective) {
                await Self.noted(faults)
            }
        )
    }

    /// Says so where fewer connections are taken than the settings ask for.
    private static func tellConnections(_ most: Int, _ settings: ServerSettings, logger: Logger) {
        guard most < settings(.connections) else { return }
        logger.notice(
            "at most \(most) connections are taken, not the \(settings(.connections)) of http.max-connections",
            metadata: ["cause": "at most \(OpenFiles.limit) files may be open (ulimit -n)"]
        )
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

    /// The supervisor's status, read on a thread that may block; without an answer in time, that of no supervisor.
    private static func replicas(_ client: SupervisorClient) async -> [UInt8] {
        do {
            return try await NIOThreadPool.singleton.runIfActive { client.status(timeout: .milliseconds(300)) }
        } catch {
            // The thread pool ends only with the process.
            return ComponentInputs.noReplicas
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

    /// Refuses settings with which no server could start on this machine, before anything is created.
    ///
    /// Each value is already known to be valid; but a certificate may be unusable, a provider may lack a setting, and the limit
    /// of open files may be too low. Blocks its thread while files are read.
    ///
    /// - Throws: `SettingError`, or `CertificateRefusal`.
    public static func check(_ settings: ServerSettings, logger: Logger) async throws {
        _ = try settings.connectionsMax(within: OpenFiles.limit)
        try settings.checkArchiving()
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
