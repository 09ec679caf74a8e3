import ArgumentParser
import Foundation
import Replicas
import Server
import Spelling

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
        version: ShopServer.version,
        subcommands: [
            UpCommand.self, StatusCommand.self, RestartCommand.self, ServeCommand.self, KeysCommand.self,
            ImportCommand.self, ReplayCommand.self, AuditCommand.self, CheckCommand.self, DoctorCommand.self,
            MigrateSchemaCommand.self,
            ArchiveCommand.self, BenchCommand.self, ConfigCommand.self, SandboxCommand.self, BooksCommand.self,
            ReconcileCommand.self, BackupCommand.self, RestoreCommand.self, MigrateCommand.self,
            SimulateCommand.self, AvailabilityCommand.self, DrillCommand.self, ProbeCommand.self,
        ]
    )

    /// Called by the parser.
    public init() {}

    /// Runs the command that the process was started with.
    public static func main() async {
        if let refusal = mistypedCommand(Array(CommandLine.arguments.dropFirst())) {
            Terminal.tell("tradewind: \(refusal)\n")
            Foundation.exit(EX_USAGE)
        }
        OpenFiles.raiseLimit()
        do {
            var command = try await asyncParseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            end(error)
        }
    }

    /// Ends the process as the parser would, with its output, but with control characters escaped: the command line may come from
    /// a script with other people's texts.
    private static func end(_ error: any Error) -> Never {
        let (code, text) = (exitCode(for: error), fullMessage(for: error))
        if !text.isEmpty {
            if code.isSuccess { print(text) } else { Terminal.tell(text + "\n") }
        }
        // Output must be written before the process ends.
        fflush(nil)
        Foundation.exit(code.rawValue)
    }

    /// The message about the first word that should be a command and is not; nil where all are commands.
    ///
    /// The parser itself only says that it did not expect the word.
    static func mistypedCommand(_ arguments: [String]) -> String? {
        var command: any ParsableCommand.Type = Tradewind.self
        var path = "tradewind"
        for word in arguments {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = known.first(where: { $0._commandName == word }) else {
                let names = known.map { $0._commandName }
                let hint = SpellingSuggestion.hint(for: word, in: names)
                return
                    "\(path) has no command \(word)\(hint.isEmpty ? "; it has \(names.joined(separator: ", "))" : hint)"
            }
            path += " \(word)"
            command = next
        }
        return nil
    }
}
