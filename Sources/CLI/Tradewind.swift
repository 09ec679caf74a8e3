import ArgumentParser
import Server

/// The command line.
public struct Tradewind: AsyncParsableCommand {
    /// Its name, its commands, and what they are for.
    public static let configuration = CommandConfiguration(
        commandName: "tradewind",
        abstract: "The trading core of an online shop that stays open.",
        discussion: """
            Start a shop with `tradewind up --data DIR`, make a key with `tradewind keys create --data DIR --scope admin`, and \
            read the API's documentation at http://127.0.0.1:8080/docs.

            Exit codes: 0 done; 1 it failed, or something was found that is wrong; 64 the command line is wrong.
            """,
        version: Server.version,
        subcommands: [
            UpCommand.self, StatusCommand.self, RestartCommand.self, ServeCommand.self, KeysCommand.self,
            ImportCommand.self, ReplayCommand.self, AuditCommand.self,
            BenchCommand.self,
            ConfigCommand.self, SandboxCommand.self, BooksCommand.self,
            ReconcileCommand.self, SimulateCommand.self, AvailabilityCommand.self, DrillCommand.self, ProbeCommand.self,
        ]
    )

    /// Made by the parser.
    public init() {}
}
