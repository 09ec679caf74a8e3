import ArgumentParser
import Components
import Foundation
import Logging
import Server

/// The common options of `serve` and `up`.
struct ServeOptions: ParsableArguments {
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
        try ProcessLog.check(level: logLevel)
    }

    func settings() async throws -> ServerSettings {
        var settings = try await data.settings(host: host, port: port)
        settings.components = try chosenComponents()
        return settings
    }

    /// The log of a process, on standard error, in the configured format.
    func logger(_ settings: ServerSettings) -> Logger {
        ProcessLog.logger(settings, level: logLevel)
    }

    /// The same options for a replica, without the settings file, of which each release has a copy.
    var replicaArguments: [String] {
        ["serve", "--data", data.data, "--host", host, "--port", String(port), "--log-level", logLevel]
            + data.overrides.flatMap { ["--set", $0] }
            + (components.map { ["--components", $0] } ?? [])
    }
}
