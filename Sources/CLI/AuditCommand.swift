import ArgumentParser
import Auditing
import Foundation
import Server

/// `tradewind audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Checks the invariants of a shop's books on one consistent snapshot; also beside a running server.",
        discussion: """
            Stock equals its movements and is never oversold; every reservation ends once; every acknowledged order is there and none \
            is a phantom; order, payment, goods and credits agree; every total is the sum of its lines. A violation names the row, \
            what was expected and what was found. The exit code is 0 for clean books, 1 for violations and 2 where the audit could \
            not be made.
            """
    )

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Checks only what is new or changed since the last clean audit.")
    var incremental = false

    @Option(name: .long, help: "A journal of acknowledged orders, a key and an order id on each line.")
    var journal: String?

    @Flag(name: .customLong("full-structure"), help: "Also checks every page and index of the file.")
    var fullStructure = false

    @Option(name: .long, help: "The most violations listed of each invariant; all are counted.")
    var list = 20

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func run() async throws {
        let settings: ServerSettings
        do {
            settings = try await data.settings()
            guard settings.ledger.isThere else {
                _ = Failure.exit("there is no shop in \(settings.data)")
                throw ExitCode(2)
            }
        } catch let error as ExitCode {
            throw error
        } catch {
            throw Failure.exit(Failure.words(error))
        }
        var options = AuditOptions(settings.ledger)
        options.scope = incremental ? .incremental : .full
        options.cursor = settings.data + "/audit.json"
        options.journal = journal
        options.structure = fullStructure ? .full : .quick
        options.listMax = list
        do {
            let progress = StageProgress()
            let report = try await Audit.run(options) { step in
                progress.tell(step.stage, done: step.done, total: step.total)
            }
            progress.end()
            print(json ? String(decoding: report.json, as: UTF8.self) : report.text)
            throw ExitCode(report.exitCode)
        } catch let error as AuditError {
            Terminal.tell("tradewind: \(error)\n")
            throw ExitCode(error.exitCode)
        }
    }
}
