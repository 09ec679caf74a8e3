import ArgumentParser
import Foundation
import Ledger
import LedgerEngines
import LedgerPostgres
import Server

/// `tradewind migrate-schema`.
struct MigrateSchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate-schema",
        abstract:
            "Makes a shop's tables in PostgreSQL, or brings them up to this build, with the rights of their owner.",
        discussion: """
            For shops whose servers may not alter their database: run it with the owner's address, before the servers of a new release start. \
            Servers of the release before go on meanwhile and afterwards; no lock is waited for by more than two seconds, at most eleven \
            times. It changes nothing where all is up to date.

            TRADEWIND_POSTGRES_URL=postgres://OWNER@HOST/SHOP tradewind migrate-schema --runtime-role tradewind

            Exit codes: 0 the schema is this build's; 1 it is not.
            """
    )

    @Option(
        name: .customLong("runtime-role"),
        help: ArgumentHelp(
            "The role of the servers: it may read and write rows, and nothing else. Roles of earlier runs keep their rights.",
            valueName: "role"
        )
    )
    var role: String?

    @Option(name: .long, help: ArgumentHelp("A JSON file with settings. [env: TRADEWIND_CONFIG]", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting, as in postgres.url=@FILE; may be repeated.", valueName: "key=value")
    )
    var overrides: [String] = []

    func run() async throws {
        do {
            // Nothing of a data directory is needed: this runs where there is none, too.
            var data = DataOptions()
            (data.data, data.config, data.overrides) = (".", config, overrides)
            guard case .server(let server, _) = try await data.settings().ledger else {
                throw Failure.exit("postgres.url is not set; a ledger in a file is brought up to date by its servers")
            }
            var hasChanged = false
            try PostgresMigrator.run(server, runtimeRole: role) { line in
                hasChanged = true
                print(line.linesForTerminal)
            }
            print(
                hasChanged ? "The schema is this build's." : "The schema is this build's already; nothing was changed."
            )
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }
}
