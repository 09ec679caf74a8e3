import ArgumentParser
import Auditing
import Foundation
import Ledger
import Server
import Trading

/// `tradewind books`.
struct BooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "books",
        abstract: "Prints the trial balance, or the journal entries of an order; also beside a running server.",
        discussion: """
            Debits and credits are equal in each currency, or the exit code is 1, as it is for an order without entries. `tradewind audit` \
            also holds the balances against the entries, and the entries against orders, payments, credits, gift cards and store credit.
            """
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "Prints the entries of this order instead, as in ord_0199….")
    var order: String?

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func run() async throws {
        let id = try order.map { text in
            guard let id = ID<Order>(text) else { throw ValidationError("\(text) is not an order's id") }
            return id
        }
        let report: BooksReport
        do {
            let settings = try await data.settings()
            try ShopDirectory.require(settings)
            report = try await BooksReport.read(settings.ledger, order: id)
        } catch let error as ExitCode {
            throw error
        } catch {
            throw Failure.exit(Failure.words(error))
        }
        print(json ? String(decoding: report.json, as: UTF8.self) : report.text, terminator: json ? "\n" : "")
        // No entries for an order mean that its name was mistyped, or that the books lack entries.
        if !report.isBalanced || (order != nil && report.entries.isEmpty) { throw ExitCode.failure }
    }
}
