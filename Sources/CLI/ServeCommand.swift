import ArgumentParser
import Components
import Foundation
import Logging
import NIOCore
import Server

/// `tradewind serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves a shop's API until it is interrupted.",
        discussion: """
            The data directory is made if it is missing. Several servers may serve the same directory. An interrupt (or SIGTERM) \
            finishes what is under way; a killed server loses nothing that it acknowledged. `tradewind config` lists all settings.

            A server runs all components, or those of --components. They meet in the ledger alone: one that runs nowhere delays \
            its own work and nothing else, and catches up when it is back. Routes of a component that a server does not run \
            answer 404 with the code `not_served_here`; a balancer sends them to one that does. Probes, /metrics, /openapi.json, \
            /docs and GET /v1/components are everywhere.
            """
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "The port to listen at; 0 takes a free one.")
    var port = 8080

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The components to run, with commas between: \(Self.componentNames). (default: all)",
            valueName: "names"
        )
    )
    var components: String?

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    private static let componentNames = ComponentName.allCases.map(\.rawValue).joined(separator: ", ")

    private func chosenComponents() throws -> Set<ComponentName> {
        guard let components else { return Set(ComponentName.allCases) }
        let names = components.split(separator: ",", omittingEmptySubsequences: false)
        return Set(
            try names.map { text in
                guard let name = ComponentName(rawValue: String(text)) else {
                    throw ValidationError("there is no component \(text); there are \(Self.componentNames)")
                }
                return name
            }
        )
    }

    func validate() throws {
        _ = try chosenComponents()
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level takes \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    func run() async throws {
        var logger = Logger(label: "tradewind") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        let (host, logged) = (host, logger)
        do {
            var settings = try await data.settings(host: host, port: port)
            settings.components = try chosenComponents()
            let server = try await Server(settings, logger: logger)
            try await server.run { port in
                logged.info("serving http://\(host):\(port) (documentation at /docs)")
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure.exit("port \(port) is taken: stop what listens there, or choose another with --port")
        } catch let error as IOError {
            throw Failure.exit("cannot listen at \(host):\(port): \(error)")
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }
}
