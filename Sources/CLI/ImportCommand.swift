import ArgumentParser
import Foundation
import Operations

/// `tradewind import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports a catalogue through a running server's API; good rows land, bad ones are listed.",
        discussion: """
            CSV needs a header with at least sku, name and price; further columns are currency, price_EUR and the like, \
            description, categories, group, active and option:size and the like. NDJSON has one product a line, as PUT \
            /v1/products takes it, with its sku. The file may be compressed with gzip or xz. Importing it again changes nothing.
            """
    )

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var client: ClientOptions

    @Option(name: .long, help: "csv or ndjson; told by the contents otherwise.")
    var format: String?

    @Option(name: .long, help: "The currency of prices whose row names none.")
    var currency = "GBP"

    @Option(name: .long, help: "Units that each product begins with that never had any stock.")
    var stock: Int?

    @Option(name: .long, help: "The most connections.")
    var connections = 16

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func validate() throws {
        guard format == nil || CatalogueImportOptions.Format(rawValue: format ?? "") != nil else {
            throw ValidationError("--format takes csv or ndjson")
        }
    }

    func run() async throws {
        var options = CatalogueImportOptions(path: file, url: client.resolvedURL, key: try client.requiredKey())
        options.format = format.flatMap(CatalogueImportOptions.Format.init)
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
