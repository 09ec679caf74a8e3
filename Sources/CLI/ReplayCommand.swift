import ArgumentParser
import Exchange
import Foundation

/// `tradewind replay`.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Plays a shop's invoices through a running server's API and reconciles the result with the source.",
        discussion: """
            The file has the columns of UCI Online Retail (InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, \
            CustomerID, Country) and may be compressed with gzip or xz. Sales become orders, cancellations become returns of the \
            lines that they match, or else credits; what has no price becomes stock movements. With --payments sandbox sales are paid by card at the \
            server's provider, and what comes back is refunded there; with --deliveries sandbox each order is one parcel of the \
            server's carrier. An interrupted replay is resumed by \
            the same command: nothing is done twice. The exit code is 0 only if there were rows, every one could be read and is \
            accounted for, and both sides say the same.
            """
    )

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var client: ClientOptions

    @OptionGroup var source: SourceOptions

    @OptionGroup var amounts: AmountOptions

    @Option(name: .long, help: "Source seconds played in one second; as fast as it goes otherwise.")
    var speed: Double?

    @Option(name: .long, help: "The currency of the prices.")
    var currency = "GBP"

    @Option(name: .long, help: "The most connections.")
    var connections = 32

    @Option(name: .long, help: "Who takes the money: manual, or sandbox by card at the server's provider.")
    var payments = "manual"

    @Option(name: .long, help: "Who delivers: none, or sandbox in parcels of the server's carrier.")
    var deliveries = "none"

    @Option(name: .long, help: "The most seconds to wait at the end for deliveries and refunds.")
    var tail = 120.0

    @Flag(name: .customLong("no-verify"), help: "Does not read everything back at the end.")
    var noVerify = false

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func validate() throws {
        guard tail >= 0, tail <= 86_400 else { throw ValidationError("--tail lies between 0 and 86400 seconds") }
    }

    func run() async throws {
        var options = ReplayOptions(path: file, url: client.resolvedURL, key: try client.requiredKey())
        options.encoding = source.encoding
        options.separator = source.separatorByte
        options.decimalMark = amounts.decimalMark
        options.speed = speed
        options.currency = currency
        options.connections = connections
        options.payments = try choice(payments, "--payments")
        options.deliveries = try choice(deliveries, "--deliveries")
        options.tail = .seconds(tail)
        options.verifies = !noVerify
        do {
            let report = try await Replay.run(options)
            print(json ? String(decoding: report.json, as: UTF8.self) : report.text)
            throw ExitCode(report.exitCode)
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Failure.exit("\(error)")
        }
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ option: String
    ) throws -> Choice {
        guard let choice = Choice(rawValue: name) else {
            throw ValidationError("\(option) takes \(Choice.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        return choice
    }
}
