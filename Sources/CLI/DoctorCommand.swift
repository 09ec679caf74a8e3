import ArgumentParser
import Foundation
import JSON
import Ledger
import LedgerEngines
import LedgerPostgres
import Server

/// `tradewind doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is unsafe about the database of a shop, and what would be lost by it.",
        discussion: """
            Connects to the PostgreSQL database that the settings name, and looks at how it writes, replicates, archives and lets in. Nothing is \
            changed.

            Exit codes: 0 nothing was found; 1 something was found; 2 it could not be looked at.
            """
    )

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Prints one JSON object.")
    var json = false

    func run() async throws {
        let (facts, advice): (PostgresFacts, [PostgresAdvice])
        do {
            let settings = try await data.settings()
            guard case .server(let server, _) = settings.ledger else {
                _ = Failure.exit("the ledger is a file; `tradewind check` and `tradewind backup verify` look at it")
                throw ExitCode(2)
            }
            facts = try PostgresFacts(server)
            advice = PostgresAdvice.all(facts, connections: server.connections)
        } catch let code as ExitCode {
            throw code
        } catch {
            _ = Failure.exit(Failure.words(error))
            throw ExitCode(2)
        }
        print(
            json
                ? String(decoding: Self.document(facts, advice), as: UTF8.self)
                : Self.text(facts, advice).linesForTerminal
        )
        guard advice.isEmpty else { throw ExitCode.failure }
    }

    private static func text(_ facts: PostgresFacts, _ advice: [PostgresAdvice]) -> String {
        let heading =
            "PostgreSQL \(facts.version), \(facts.standbys.all) standbys, \(facts.standbys.synchronous) of them waited for"
        guard !advice.isEmpty else { return heading + "\nNothing unsafe was found." }
        let parts = advice.map { item in
            """
            \(item.weight == .danger ? "DANGER " : "warning") \(item.name): \(item.what).
                Loss: \(item.loss).
                To do: \(item.remedy).
            """
        }
        return ([heading] + parts).joined(separator: "\n\n")
    }

    private static func document(_ facts: PostgresFacts, _ advice: [PostgresAdvice]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("version", facts.version)
            json.member("standbys", facts.standbys.all)
            json.member("synchronousStandbys", facts.standbys.synchronous)
            json.key("findings")
            json.beginArray()
            for item in advice {
                json.object { json in
                    json.member("name", item.name)
                    json.member("weight", item.weight.rawValue)
                    json.member("what", item.what)
                    json.member("loss", item.loss)
                    json.member("remedy", item.remedy)
                }
            }
            json.endArray()
        }
        return json.bytes
    }
}
