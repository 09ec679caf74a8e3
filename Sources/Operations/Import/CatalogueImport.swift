// A catalogue imported through the public API. Sending a product that is there already changes nothing, so running an
// import again is always harmless.

import JSON

/// Imports catalogues.
public enum CatalogueImport {
    /// Reads the file, sends every good row and reports every bad one.
    ///
    /// Throws ``CatalogueImportError``. Cost: one request for each chunk; with opening stock at most three more for each product.
    public static func run(
        _ options: CatalogueImportOptions
    ) async throws(CatalogueImportError) -> CatalogueImportReport {
        guard options.chunkLines > 0, options.connections > 0, (options.openingStock ?? 1) > 0 else {
            throw .options("chunk, connections and opening stock must be above zero")
        }
        let start = ContinuousClock.now
        let bytes: [UInt8]
        do throws(SourceFileError) {
            bytes = try SourceFile.read(options.path)
        } catch {
            throw .source(error.description)
        }
        let file = try CatalogueFile(bytes, format: options.format, currency: options.currency)
        let client = try client(options)
        let job = CatalogueJob(
            client: client,
            options: options,
            lines: file.lines,
            digest: SourceDigest.hex(bytes)
        )
        do {
            var report = CatalogueImportReport(rows: file.rows, rejections: file.rejections)
            try await client.greet()
            try await job.run(&report)
            report.elapsed = ContinuousClock.now - start
            await client.shutdown()
            return report
        } catch {
            await client.shutdown()
            guard (error as? ClientError)?.mayPass ?? true else { throw .refused("\(error)") }
            throw .interrupted("\(error)")
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

/// The sending of one catalogue.
struct CatalogueJob: Sendable {
    let client: TradewindClient
    let options: CatalogueImportOptions
    let lines: [CatalogueLine]
    let digest: String

    func run(_ report: inout CatalogueImportReport) async throws {
        let stocked = options.openingStock == nil ? 0 : lines.count
        let meter = ProgressMeter(
            label: "import",
            total: lines.count + stocked,
            isEnabled: options.showsProgress
        )
        let found = report
        report = try await meter.run {
            var report = found
            try await send(&report, meter)
            if let units = options.openingStock { try await stock(units, &report, meter) }
            return report
        }
        report.rejections.sort { $0.line < $1.line }
    }

    private func send(_ report: inout CatalogueImportReport, _ meter: ProgressMeter) async throws(ClientError) {
        var start = 0
        while start < lines.count {
            let chunk = lines[start..<min(start + options.chunkLines, lines.count)]
            let request = ClientRequest(
                .POST,
                "/v1/products/import",
                body: Array(chunk.map(\.body).joined(separator: [UInt8(ascii: "\n")])),
                contentType: "application/x-ndjson",
                // Without a key: a remembered answer would hide what has changed on the server since.
                isRepeatable: true
            )
            let body = try await client.body(of: request)
            let answer = try APIAnswer.read(body, into: ImportAnswer()) { (answer, reader) throws(JSONError) in
                try answer.read(&reader)
            }
            report.add(answer, to: chunk)
            meter.advance(by: chunk.count)
            start = chunk.endIndex
        }
    }

    private func stock(_ units: Int, _ report: inout CatalogueImportReport, _ meter: ProgressMeter) async throws {
        let rejected = Set(report.rejections.map(\.line))
        let wanted = lines.filter { !rejected.contains($0.line) }
        let opening = OpeningStock(client: client, units: units, digest: digest)
        let log = try await ReplayWorkers.run(wanted.count, width: options.connections, countries: 0) { index, log in
            if try await opening.give(wanted[index].sku) { log.requests += 1 }
            meter.advance()
        }
        report.stocked = log.requests
    }
}

/// Units that a product begins with.
struct OpeningStock: Sendable {
    let client: TradewindClient
    let units: Int
    let digest: String

    /// Receives the units unless the product has or ever had stock; answers whether it did.
    ///
    /// "Never had a movement" rather than "was created just now": an import that was interrupted between the two can
    /// then be run again, and a product that is sold out is left alone.
    func give(_ sku: String) async throws(ClientError) -> Bool {
        let path = "/v1/stock/\(ClientRequest.escape(sku))"
        let level = try await client.body(of: ClientRequest(.GET, path))
        guard try APIAnswer.number("onHand", of: level) == 0 else { return false }
        let movements = try await client.body(of: ClientRequest(.GET, "\(path)/movements?limit=1"))
        var isUntouched = true
        _ = try APIAnswer.page(movements) { (reader) throws(JSONError) in
            isUntouched = false
            try reader.skip()
        }
        guard isUntouched else { return false }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("delta", units)
        writer.member("kind", "received")
        writer.member("reason", "opening stock")
        writer.endObject()
        let request = ClientRequest(
            .POST,
            "\(path)/adjustments",
            body: writer.bytes,
            idempotencyKey: "import-\(digest)-opening-\(ClientRequest.escape(sku))"
        )
        _ = try await client.body(of: request)
        return true
    }
}
