import ArgumentParser
import Foundation
import Ledger
import Operations
import Server
import Trading

/// `tradewind reconcile`.
struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compares a shop's payments with its providers' own lists, both ways; also beside a running server.",
        discussion: """
            The providers are those of the settings, given as for `tradewind serve`. A charge that one side has and the other has \
            not, or has with other amounts, is named with what it is worth. The exit code is 0 where all agree, 1 where something \
            differs and 2 where a provider's list cannot be read.
            """
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "From when, as in 2026-11-01T00:00:00Z; three days ago by default.")
    var from: String?

    @Option(name: .long, help: "Until when; now by default.")
    var to: String?

    @Option(name: .long, help: "Only this provider.")
    var provider: String?

    @Flag(name: .long, help: "Prints each report as a line of JSON.")
    var json = false

    func run() async throws {
        let now = Timestamp.now
        let start = try time(from, or: now.adding(seconds: -3 * 86_400))
        let end = try time(to, or: now)
        guard start < end else {
            throw ValidationError("--from \(start) is not before --to \(end), so nothing would be compared")
        }
        let providers: ProviderSet
        let database: String
        do {
            let settings = try await data.settings()
            database = settings.databasePath
            providers = try ProviderSet(settings)
        } catch {
            throw Failure.exit(Failure.words(error))
        }
        let code = await compare(providers, database, from: start, to: end)
        await providers.shutdown()
        throw ExitCode(code)
    }

    private func time(_ text: String?, or fallback: Timestamp) throws -> Timestamp {
        guard let text else { return fallback }
        guard let time = Timestamp(text) else {
            throw ValidationError("\(text) is not a time as in 2026-11-01T00:00:00Z")
        }
        return time
    }

    private func compare(_ set: ProviderSet, _ database: String, from: Timestamp, to: Timestamp) async -> Int32 {
        let wanted = set.paymentOrder.filter { provider == nil || provider == $0 }.compactMap { set.payments[$0] }
        guard !wanted.isEmpty else {
            _ = Failure.exit("there is no such payment provider in the settings; `tradewind config` shows them")
            return 2
        }
        var code: Int32 = 0
        for one in wanted {
            do {
                let report = try await ReconciliationReport.run(database: database, provider: one, from: from, to: to)
                print(json ? String(decoding: report.json, as: UTF8.self) : report.text, terminator: json ? "\n" : "")
                if !report.isClean { code = max(code, 1) }
            } catch {
                _ = Failure.exit("\(one.name): \(Failure.words(error))")
                code = 2
            }
        }
        return code
    }
}
