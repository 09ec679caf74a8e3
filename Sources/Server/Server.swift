// The composition root: everything is made here, from the settings, in the order in which it depends on one another. Tests make a
// server with the same function.

import API
import Components
import Foundation
import Hummingbird
import HummingbirdCore
import Ledger
import LedgerSQLite
import Logging
import NIOCore
import Providers
import Resilience
import ServiceLifecycle
import Synchronization
import Trading

/// A server that is ready to run.
public struct Server: Sendable {
    /// The version of this build.
    public static let version = "0.1.0"

    private let settings: ServerSettings
    private let engine: SQLiteEngine
    private let committer: Committer
    private let providers: ProviderSet
    private let components: Components
    private let services: [any Service]
    private let responder: RouterResponder<ShopContext>
    private let health: Health
    private let logger: Logger

    /// Opens the ledger and loads what browsing needs; nothing listens yet.
    ///
    /// - Throws: `LedgerFailure` where the ledger cannot be opened.
    public init(_ settings: ServerSettings, logger: Logger) async throws {
        self.settings = settings
        self.logger = logger
        try Self.makeDirectory(settings.data)
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
            }
        )
        self.engine = engine
        self.committer = committer
        let secret = try await committer.submit(OpenShop()).outcome
        let keyring = Keyring()
        let follower = LedgerFollower(
            ledger: engine,
            snapshot: snapshot,
            keyring: keyring,
            interval: .milliseconds(settings(.follow)),
            logger: logger
        )
        try await follower.load()
        let providers = try ProviderSet(settings)
        self.providers = providers
        let shop = Shop(
            ledger: engine,
            committer: committer,
            storefront: snapshot,
            settings: settings.shop,
            secrets: OrderSecret(shopSecret: secret),
            payments: settings.payments(providers, waiters: waiters)
        )
        let health = Health()
        self.health = health
        let requests = RequestMetrics()
        let gate = AdmissionGate(
            limit: .frontDoor(connections: settings(.connections), objective: .milliseconds(settings(.objective)))
        )
        components = Components(
            ComponentInputs(
                shop: shop,
                taskInterval: .milliseconds(settings(.taskInterval)),
                pruneInterval: .milliseconds(settings(.pruneInterval)),
                logger: logger,
                carriers: providers.carrierOrder.compactMap { providers.carriers[$0] },
                deliveries: settings.deliveries
            ),
            running: settings.components,
            health: health,
            gate: gate,
            requests: requests,
            ledger: ledgerMetrics
        )
        let door = FrontDoor(
            components.endpoints(version: Self.version),
            keyring: keyring,
            metrics: requests,
            gate: gate,
            logger: logger
        )
        responder = door.router().buildResponder()
        services = [follower] + components.services()
    }

    /// Listens and serves until it is told to stop, then finishes what is under way.
    ///
    /// - Parameter onListening: told the port once connections are taken.
    public func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let port = settings.port
        let slow = TimeAmount.seconds(Int64(settings(.slowClient)))
        let headerBytes = settings(.headerBytes)
        let health = health
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        MalformedRequestHandler(headerBytes: headerBytes), SlowClientHandler(limit: slow),
                    ],
                    idleTimeout: .seconds(Int64(settings(.idle))),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: headerBytes,
                        maxHeaderListSize: headerBytes,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: port),
                serverName: nil,
                backlog: 4096,
                availableConnectionsDelegate: MaximumAvailableConnections(settings(.connections))
            ),
            onServerRunning: { channel in
                health.started()
                onListening(channel.localAddress?.port ?? port)
            },
            logger: logger
        )
        let all: [any Service] = services + [application, DrainNotice(health: health)]
        var configuration = ServiceGroupConfiguration(
            services: all,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
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

    private func close() async {
        await components.close()
        await providers.shutdown()
        committer.close()
        await engine.close()
    }

    private static func makeDirectory(_ path: String) throws {
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

/// Tells the probes that the end has begun, before anything else is shut down.
private struct DrainNotice: Service {
    let health: Health

    func run() async throws {
        // Ends when the shutdown begins; as the last service of the group it is the first to hear of it.
        try await gracefulShutdown()
        health.drain()
    }
}
