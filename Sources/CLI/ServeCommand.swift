import API
import ArgumentParser
import Foundation
import Ledger
import Logging
import Replicas
import Server
import Supervision

/// `tradewind serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves a shop's API until it is interrupted, in one process.",
        discussion: """
            The data directory is made if it is missing. Several servers may serve the same directory. An interrupt (or SIGTERM) \
            finishes what is under way; a killed server loses nothing that it acknowledged. `tradewind config` lists all settings. \
            `tradewind up` runs several of these on one port, and looks after them.

            A server runs all components, or those of --components. They meet in the ledger alone: one that runs nowhere delays \
            its own work and nothing else, and catches up when it is back. Routes of a component that a server does not run \
            answer 404 with the code `not_served_here`; a balancer sends them to one that does. Probes, /metrics, /openapi.json, \
            /docs and GET /v1/components are everywhere.

            A socket that systemd hands on (LISTEN_FDS) is served instead of binding one.
            """
    )

    @OptionGroup var options: ServeOptions

    @Option(name: .long, help: ArgumentHelp("Which replica of a supervisor this is.", visibility: .hidden))
    var replica: Int?

    @Option(name: .long, help: ArgumentHelp("The release that it belongs to.", visibility: .hidden))
    var release = 1

    @Option(
        name: .customLong("own-ports"),
        help: ArgumentHelp(
            "Serves the first of these ports that is free, instead of the supervisor's socket.",
            visibility: .hidden
        )
    )
    var ownPorts: String?

    func validate() throws {
        guard replica.map({ $0 > 0 }) ?? true, release > 0 else {
            throw ValidationError("--replica and --release count from 1")
        }
    }

    func run() async throws {
        FileModes.forOwnerOnly()
        let place = replica.map { ReplicaPlace(id: ReplicaID($0), release: release) }
        let (host, manager) = (options.host, ServiceManager())
        do {
            let settings = try await options.settings()
            var logger = options.logger(settings)
            if let place { logger[metadataKey: "replica"] = "\(place.id.number)" }
            for warning in settings.warnings { logger.warning("\(warning)") }
            let logged = logger
            let inherited = try ListeningSocket.inherited()
            let own = try ownPorts.map { ports in
                try ListeningSocket.bind(
                    host: "127.0.0.1",
                    firstFreeOf: ports.split(separator: ",").compactMap { Int($0) }
                )
            }
            let server = try await ShopServer(settings, as: place, logger: logger)
            try await server.run(on: inherited, own: own) { port in
                logged.info("serving \(settings.scheme)://\(host):\(port) (documentation at /docs)")
                manager.say(.ready("Serving port \(port)"))
            }
        } catch let error as SystemError where error.code == EADDRINUSE {
            throw Failure.portTaken(options.port)
        } catch let error as SystemError {
            throw Failure.exit("cannot listen at \(host):\(options.port): \(error)")
        } catch {
            let code = Failure.exit(Failure.words(error))
            guard place != nil, Self.isForGood(error) else { throw code }
            (try? RunDirectory(data: options.data.data, making: false))?.leaveLastWords(Failure.words(error))
            throw ExitCode(EX_CONFIG)
        }
    }

    /// Whether another attempt with the same data and settings would fail in the same way, so that a supervisor must not restart
    /// it.
    private static func isForGood(_ error: any Error) -> Bool {
        switch error {
        case is SettingError, is CertificateRefusal: true
        case let failure as LedgerFailure: failure.retry == .never && failure.code != .io
        default: false
        }
    }
}
