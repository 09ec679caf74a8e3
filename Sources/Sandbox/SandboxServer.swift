// The composition root of the sandboxes: a journal, a book, routes behind a fault gate, and a webhook sender. A sandbox shares
// nothing with the shop; the two communicate over HTTP, and their books are compared afterwards.

import API
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Providers
import ServiceLifecycle

/// A sandbox that is ready to run.
public struct SandboxServer: Sendable {
    private static let headerBytesMax = 16_384
    private static let connectionsMax = 4096

    private let options: SandboxOptions
    private let responder: RouterResponder<SandboxContext>
    private let services: [any Service]
    private let close: @Sendable () -> Void
    private let logger: Logger

    /// Opens the journal and builds the book from it; nothing listens yet.
    ///
    /// - Throws: ``JournalFailure`` where the journal cannot be used.
    public init(_ options: SandboxOptions, logger: Logger) throws(JournalFailure) {
        self.options = options
        self.logger = logger
        try Self.makeFolder(options.data)
        let path = "\(options.data)/\(options.kind.rawValue).journal"
        let dice = FaultDice(known: options.knownFaults, rules: options.faults, seed: options.seed)
        let webhooks = Self.webhooks(options, dice, logger)
        let router = SandboxRouter(dice: dice)
        let worker: any Service
        switch options.kind {
        case .payments:
            let desk = try Desk<ChargeBook>(journal: path)
            let sandbox = PaymentSandbox(desk: desk, fees: options.fees, dice: dice, webhooks: webhooks)
            sandbox.mount(on: router)
            worker = sandbox
            close = { desk.close() }
        case .deliveries:
            let desk = try Desk<ParcelBook>(journal: path)
            let sandbox = DeliverySandbox(
                desk: desk,
                speed: options.speed,
                seed: options.seed,
                dice: dice,
                webhooks: webhooks
            )
            sandbox.mount(on: router)
            worker = sandbox
            close = { desk.close() }
        }
        responder = router.responder()
        services = (webhooks.map { [$0] } ?? []) + [worker]
    }

    /// Listens and serves until the process receives SIGTERM or SIGINT.
    ///
    /// - Parameter onListening: called with the port once connections are accepted.
    /// - Throws: the error of the first service that fails, such as an occupied port.
    public func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let port = options.port
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        MalformedRequestHandler(headerBytes: Self.headerBytesMax),
                        SlowClientHandler(limit: .seconds(15)),
                    ],
                    idleTimeout: .seconds(75),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.headerBytesMax,
                        maxHeaderListSize: Self.headerBytesMax,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: port),
                serverName: nil,
                backlog: 4096,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionsMax)
            ),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(
            services: services + [application],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        defer { close() }
        try await ServiceGroup(configuration: configuration).run()
    }

    private static func webhooks(
        _ options: SandboxOptions,
        _ dice: FaultDice,
        _ logger: Logger
    ) -> SandboxWebhookSender? {
        guard let url = options.webhookURL, let secret = options.webhookSecret else { return nil }
        return SandboxWebhookSender(url: url, signature: WebhookSignature(secret), dice: dice, logger: logger)
    }

    private static func makeFolder(_ path: String) throws(JournalFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw JournalFailure(description: "cannot make the folder \(path): \(error.localizedDescription)")
        }
    }
}
