import ArgumentParser
import Auditing
import Foundation
import JSON
import Ledger
import LedgerEngines
import OrderArchive
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

            Servers compare the last three days by themselves, and follow what was done there. For what is older, as a refund of \
            which no webhook told, say --from a time before the payment was made, and --adopt: what differs is then looked at and \
            booked by a running server, or by the next one that starts, under the same rules. What still differs after that, and a \
            charge that only one side has, needs a person, and is booked as an adjustment (POST /v1/credits).
            """
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "From when, as in 2026-11-01T00:00:00Z; three days ago by default.")
    var from: String?

    @Option(name: .long, help: "Until when; now by default.")
    var to: String?

    @Option(name: .long, help: "Only this provider.")
    var provider: String?

    @Flag(name: .long, help: "Has servers follow what other hands did at the provider, where the amounts differ.")
    var adopt = false

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
        let ledger: LedgerLocation
        do {
            let settings = try await data.settings()
            ledger = settings.ledger
            guard ledger.isThere else {
                _ = Failure.exit("there is no shop in \(settings.data)")
                throw ExitCode(2)
            }
            providers = try ProviderSet(settings)
        } catch let error as ExitCode {
            throw error
        } catch {
            throw Failure.exit(Failure.words(error))
        }
        let (code, differing) = await compare(providers, ledger, from: start, to: end)
        await providers.shutdown()
        if adopt, !differing.isEmpty { try await follow(differing) }
        throw ExitCode(code)
    }

    /// Schedules look-ups of payments, a page at a time; servers on the same data carry them out.
    private func follow(_ payments: [ID<Payment>]) async throws {
        let directory = try await data.settings().ledger.archive
        try await withLedger(data) { engine, committer in
            let (whole, archiver) = (WholeLedger(engine, directory), OrderArchiver(engine, committer, directory))
            for payment in payments {
                guard let order = try await whole.archivedOrder(with: payment.bits, in: PaymentRow.schema) else {
                    continue
                }
                _ = try await archiver.bringBack(order)
            }
            var due = 0
            for start in stride(from: 0, to: payments.count, by: Self.lookPage) {
                let page = payments[start..<min(start + Self.lookPage, payments.count)]
                due += try await committer.submit(LookAtPayments(Array(page))).outcome
            }
            let open = payments.count - due
            guard json else {
                return print(
                    "\(due) of the payments that differ are looked at by the shop's servers, which follow what was done there"
                        + (open == 0 ? "" : "; \(open) are under way already, or cannot be looked at")
                )
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("lookedAt", due)
                writer.member("left", open)
            }
            print(String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    /// Payments scheduled in one transaction.
    private static let lookPage = 100

    private func time(_ text: String?, or fallback: Timestamp) throws -> Timestamp {
        guard let text else { return fallback }
        guard let time = Timestamp(text) else {
            throw ValidationError("\(text) is not a time as in 2026-11-01T00:00:00Z")
        }
        return time
    }

    /// Prints the report of each provider; returns the exit code, and the payments whose amounts differ.
    private func compare(
        _ set: ProviderSet,
        _ ledger: LedgerLocation,
        from: Timestamp,
        to: Timestamp
    ) async -> (code: Int32, differing: [ID<Payment>]) {
        let wanted = set.paymentOrder.filter { provider == nil || provider == $0 }.compactMap { set.payments[$0] }
        guard !wanted.isEmpty else {
            _ = Failure.exit("there is no such payment provider in the settings; `tradewind config` shows them")
            return (2, [])
        }
        var differing: [ID<Payment>] = []
        var code: Int32 = 0
        for one in wanted {
            do {
                let report = try await ReconciliationReport.run(ledger, provider: one, from: from, to: to)
                print(json ? String(decoding: report.json, as: UTF8.self) : report.text, terminator: json ? "\n" : "")
                if !report.isClean { code = max(code, 1) }
                differing += report.result.differing
            } catch {
                _ = Failure.exit("\(one.name): \(Failure.words(error))")
                code = 2
            }
        }
        return (code, differing)
    }
}
