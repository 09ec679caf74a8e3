import ArgumentParser
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
            """
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "The port to listen at; 0 takes a free one.")
    var port = 8080

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func validate() throws {
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
            let settings = try await data.settings(host: host, port: port)
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
