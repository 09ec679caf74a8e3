// Imports a catalogue through the public API. Sending an existing product changes nothing, so repeating an import is always
// harmless. The file is read twice: once to check, before anything is sent, that it can be read completely, and once to send it,
// so that it is never in memory as a whole.

import Client
import ForeignFiles
import JSON
import Synchronization
import Trading

/// Imports catalogues.
package enum CatalogueImport {
    /// Reads the file, sends every valid row and reports every invalid one.
    ///
    /// Cost: two readings of the file, and one request for each chunk; with opening stock at most three more for each product.
    ///
    /// - Throws: ``CatalogueImportError``; the cases say whether a second run helps.
    package static func run(
        _ options: CatalogueImportOptions
    ) async throws(CatalogueImportError) -> CatalogueImportReport {
        guard options.chunkLines > 0, options.connections > 0, (options.openingStock ?? 1) > 0 else {
            throw .options("chunk, connections and opening stock must be above zero")
        }
        guard Currency(options.currency.uppercased()) != nil else {
            throw .options("--currency \(options.currency) is no currency of ISO 4217, as in GBP")
        }
        let start = ContinuousClock.now
        let survey = try survey(options)
        let client = try client(options)
        do {
            try await client.greet()
            var report = try await CatalogueJob(client: client, options: options, survey: survey).run()
            report.elapsed = ContinuousClock.now - start
            await client.shutdown()
            return report
        } catch let error as CatalogueImportError {
            await client.shutdown()
            throw error
        } catch {
            await client.shutdown()
            guard (error as? ClientError)?.mayPass ?? true else { throw .refused("\(error)") }
            throw .interrupted("\(error)")
        }
    }

    /// Reads a file to its end, without a server.
    static func survey(_ options: CatalogueImportOptions) throws(CatalogueImportError) -> CatalogueSurvey {
        do {
            return try CatalogueSurvey(try SourceFile(options.path), options)
        } catch let error as CatalogueImportError {
            throw error
        } catch {
            throw .source("\(error)")
        }
    }

    private static func client(_ options: CatalogueImportOptions) throws(CatalogueImportError) -> TradewindClient {
        do throws(ClientError) {
            return try TradewindClient(
                baseURL: options.url,
                key: options.key,
                connections: options.connections,
                retry: RetryPolicy(deadline: options.deadline),
                onOutage: { [showsProgress = options.showsProgress] in if showsProgress { ProgressMeter.say($0) } }
            )
        } catch {
            throw .options(error.description)
        }
    }
}

/// The result of the first reading of a file.
struct CatalogueSurvey: Sendable {
    let file: SourceFile
    /// A short digest of the contents.
    let digest: String
    let rows: Int
    let assumedCurrencies: Int
    let rejected: RejectedRows

    init(_ file: SourceFile, _ options: CatalogueImportOptions) throws {
        let stream = try file.stream()
        let reader = try CatalogueReader(try SourceDecoder(stream, encoding: options.encoding), options)
        var rejected = RejectedRows()
        while let item = try reader.next() {
            if case .rejected(let rejection) = item { rejected.add(rejection) }
        }
        guard reader.rows > 0 else { throw CatalogueImportError.source("the file holds a header and no row") }
        self.file = file
        digest = stream.digest
        rows = reader.rows
        assumedCurrencies = reader.assumedCurrencies
        self.rejected = rejected
    }
}

/// The import of one catalogue.
struct CatalogueJob: Sendable {
    let client: TradewindClient
    let options: CatalogueImportOptions
    let survey: CatalogueSurvey

    func run() async throws -> CatalogueImportReport {
        let good = survey.rows - survey.rejected.count
        let meter = ProgressMeter(
            label: "import",
            total: options.openingStock == nil ? good : 2 * good,
            isEnabled: options.showsProgress
        )
        var report = try await meter.run {
            var report = CatalogueImportReport(
                rows: survey.rows,
                rejected: survey.rejected,
                assumed: (survey.assumedCurrencies, options.currency)
            )
            let landed = try await send(&report, meter)
            if let units = options.openingStock { try await stock(units, landed, &report, meter) }
            return report
        }
        report.rejected.sort()
        return report
    }

    /// Sends the rows in chunks and returns the imported SKUs, where they are needed.
    private func send(_ report: inout CatalogueImportReport, _ meter: ProgressMeter) async throws -> [String] {
        let stream = try survey.file.stream()
        let reader = try CatalogueReader(try SourceDecoder(stream, encoding: options.encoding), options)
        var landed: [String] = []
        var chunk: [CatalogueLine] = []
        var bytes = 0
        while let item = try reader.next() {
            guard case .line(let line) = item else { continue }
            if chunk.count == options.chunkLines || (!chunk.isEmpty && bytes + line.body.count + 1 > options.chunkBytes)
            {
                landed += try await send(chunk, &report, meter)
                chunk = []
                bytes = 0
            }
            bytes += line.body.count + 1
            chunk.append(line)
        }
        if !chunk.isEmpty { landed += try await send(chunk, &report, meter) }
        guard stream.digest == survey.digest else {
            throw CatalogueImportError.interrupted("the file was changed while it was read")
        }
        return landed
    }

    private func send(
        _ chunk: [CatalogueLine],
        _ report: inout CatalogueImportReport,
        _ meter: ProgressMeter
    ) async throws -> [String] {
        let request = ClientRequest(
            .POST,
            "/v1/products/import",
            body: Array(chunk.map(\.body).joined(separator: [UInt8(ascii: "\n")])),
            contentType: "application/x-ndjson",
            // Without a key: a stored answer would hide changes on the server since then.
            isRepeatable: true
        )
        let body = try await client.body(of: request)
        let answer = try APIAnswer.read(body, into: ImportAnswer()) { (answer, reader) throws(JSONError) in
            try answer.read(&reader)
        }
        report.add(answer, to: chunk)
        meter.advance(by: chunk.count)
        guard options.openingStock != nil else { return [] }
        let refused = Set(answer.rejected.map(\.line))
        return chunk.enumerated().filter { !refused.contains($0.offset + 1) }.map(\.element.sku)
    }

    private func stock(
        _ units: Int,
        _ skus: [String],
        _ report: inout CatalogueImportReport,
        _ meter: ProgressMeter
    ) async throws {
        let opening = OpeningStock(client: client, units: units, digest: survey.digest)
        let tally = Mutex(OpeningTally())
        _ = try await OrderedWorkers.run(skus.count, width: options.connections, log: ()) { index, _ in
            let outcome = try await opening.give(skus[index])
            tally.withLock { $0.add(outcome, to: skus[index], at: index) }
            meter.advance()
        }
        report.opening = tally.withLock { $0 }
    }
}
