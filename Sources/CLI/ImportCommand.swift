import ArgumentParser
import Exchange
import Foundation

/// `tradewind import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports a catalogue through a running server's API; good rows land, bad ones are listed.",
        discussion: """
            CSV needs a header with sku; a product that is new needs name and price too. Further columns are currency, price_EUR and \
            the like, description, categories, group, active, tracked, grams, and option:size, metadata:season and the like. NDJSON has \
            one product a line, as PATCH /v1/products/{sku} takes it, with its sku. The file may be compressed with gzip or xz. \
            Importing it again changes nothing.

            Absent is no value: a column that is not there and a cell that is blank change nothing; a cell that says NULL (--clear) \
            clears. A price changes in its currency only. Of a price nothing is guessed: digits, and after a point no more decimals \
            than the currency has, so that 10.000 is refused in CLP and in EUR.

            The exit code is 0 only if the file holds rows and every one of them landed.
            """
    )

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var client: ClientOptions

    @Option(name: .long, help: "csv or ndjson; told by the contents otherwise.")
    var format: String?

    @OptionGroup var source: SourceOptions

    @OptionGroup var amounts: AmountOptions

    @Option(name: .customLong("clear"), help: "What a cell says that clears.")
    var clearing = CatalogueImportOptions.clearing

    @Option(name: .long, help: "The currency of prices whose row names none.")
    var currency = "GBP"

    @Option(
        name: .long,
        help:
            "Units that each product begins with that never had any stock; products that are not tracked are left out."
    )
    var stock: Int?

    @Option(name: .long, help: "The most connections.")
    var connections = 16

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func validate() throws {
        guard format == nil || CatalogueImportOptions.Format(rawValue: format ?? "") != nil else {
            throw ValidationError("--format takes csv or ndjson")
        }
        guard !clearing.isEmpty else { throw ValidationError("--clear takes a text: a blank cell changes nothing") }
        guard stock.map({ $0 > 0 }) ?? true else { throw ValidationError("--stock takes a number above zero") }
    }

    func run() async throws {
        var options = CatalogueImportOptions(path: file, url: client.resolvedURL, key: try client.requiredKey())
        options.format = format.flatMap(CatalogueImportOptions.Format.init)
        options.encoding = source.encoding
        options.separator = source.separatorByte
        options.decimalMark = amounts.decimalMark
        options.clearing = clearing
        options.currency = currency
        options.openingStock = stock
        options.connections = connections
        do {
            let report = try await CatalogueImport.run(options)
            print(json ? String(decoding: report.json, as: UTF8.self) : report.text)
            throw ExitCode(report.exitCode)
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Failure.exit("\(error)")
        }
    }
}
