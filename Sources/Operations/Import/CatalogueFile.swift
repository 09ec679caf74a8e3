// A catalogue as people keep it, turned into the lines that the API's bulk import takes. A row that cannot be turned is
// kept with its line and the reason; the rows around it are not harmed.

import JSON

/// A row that did not become a product.
public struct CatalogueRejection: Sendable, Equatable {
    /// Line of the file, from 1.
    public var line: Int
    /// The SKU, where it could be read.
    public var sku: String
    /// What is wrong.
    public var reason: String
}

/// One product, ready to be sent.
struct CatalogueLine: Equatable {
    var line: Int
    var sku: String
    /// One line of JSON without its line feed.
    var body: [UInt8]
}

/// What a catalogue file holds.
struct CatalogueFile {
    var lines: [CatalogueLine] = []
    var rejections: [CatalogueRejection] = []

    /// Reads a catalogue in the given shape, or in the one that its first character suggests.
    init(_ bytes: [UInt8], format: CatalogueImportOptions.Format?, currency: String) throws(CatalogueImportError) {
        let first = bytes.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        guard let first else { throw .source("the file is empty") }
        let detected: CatalogueImportOptions.Format = first == UInt8(ascii: "{") ? .ndjson : .csv
        switch format ?? detected {
        case .ndjson: readNDJSON(bytes)
        case .csv: try readCSV(bytes, currency: currency)
        }
    }

    /// Rows of the file that hold anything.
    var rows: Int { lines.count + rejections.count }

    private mutating func readNDJSON(_ bytes: [UInt8]) {
        var number = 0
        for slice in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let body = slice.filter { $0 != UInt8(ascii: "\r") }
            if body.allSatisfy({ $0 <= 0x20 }) { continue }
            do throws(JSONError) {
                lines.append(CatalogueLine(line: number, sku: try Self.sku(of: body), body: body))
            } catch {
                rejections.append(CatalogueRejection(line: number, sku: "", reason: "\(error)"))
            }
        }
    }

    private static func sku(of body: [UInt8]) throws(JSONError) -> String {
        var sku = ""
        var reader = JSONReader(body)
        try reader.object { (reader: inout JSONReader, name: String) throws(JSONError) in
            if name == "sku" {
                sku = try reader.string(maxBytes: 1000)
            } else {
                try reader.skip()
            }
        }
        try reader.finish()
        return sku
    }

    private mutating func readCSV(_ bytes: [UInt8], currency: String) throws(CatalogueImportError) {
        var columns: CatalogueColumns?
        var failure: CatalogueImportError?
        CSVReader.read(bytes) { record in
            if failure != nil { return }
            guard let columns else {
                do throws(CatalogueImportError) {
                    columns = try CatalogueColumns(record)
                } catch {
                    failure = error
                }
                return
            }
            take(record, columns, currency)
        }
        if let failure { throw failure }
    }

    private mutating func take(_ record: CSVRecord, _ columns: CatalogueColumns, _ currency: String) {
        do throws(CatalogueRowError) {
            lines.append(try CatalogueRow(record, columns, currency: currency).line)
        } catch {
            rejections.append(CatalogueRejection(line: record.line, sku: error.sku, reason: error.reason))
        }
    }
}
