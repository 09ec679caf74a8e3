// Reads a catalogue row by row into lines for the API's bulk import. An invalid row is kept with its line and the reason; the
// rows around it are not affected.

import ForeignFiles
import JSON

/// A row that was not imported.
package struct CatalogueRejection: Sendable, Equatable {
    /// Line of the file, from 1.
    package var line: Int
    /// The SKU, where it was readable.
    package var sku: String
    /// What is wrong.
    package var reason: String
    /// The reason without values of the row, for counting.
    package var kind: String
}

/// One product, ready to be sent.
struct CatalogueLine: Equatable {
    var line: Int
    var sku: String
    /// One line of JSON without its line feed.
    var body: [UInt8]
}

/// What a row is.
enum CatalogueItem {
    case line(CatalogueLine)
    case rejected(CatalogueRejection)
}

/// One reading of a catalogue, a row at a time.
///
/// Memory: one row, and eight bytes for every SKU so far.
final class CatalogueReader {
    /// The most bytes of one product as JSON; well below the limit of a bulk import's body.
    static let lineBytesMax = 4 << 20

    private let scanner: SourceScanner
    private let csv: CSVReader
    private let format: CatalogueImportOptions.Format
    private let cells: CatalogueCells
    private var columns: CatalogueColumns?
    private var lines: [String: Int] = [:]
    /// Rows with content so far, without the header.
    private(set) var rows = 0
    /// Rows so far whose price named no currency.
    private(set) var assumedCurrencies = 0

    /// A reading of a text.
    ///
    /// - Throws: an error where it is not a catalogue.
    init(_ decoder: SourceDecoder, _ options: CatalogueImportOptions) throws {
        scanner = SourceScanner(decoder)
        csv = CSVReader(scanner, separator: options.separator)
        cells = CatalogueCells(currency: options.currency, mark: options.decimalMark, clearing: options.clearing)
        var index = 0
        while let byte = try scanner.byte(index), byte <= 0x20 { index += 1 }
        switch try scanner.byte(index) {
        case nil: throw CatalogueImportError.source("the file is empty")
        case UInt8(ascii: "["):
            throw CatalogueImportError.source(
                "the file is a JSON array; one product a line is expected, without brackets and commas"
            )
        case UInt8(ascii: "{"): format = options.format ?? .ndjson
        default: format = options.format ?? .csv
        }
    }

    /// The next row; nil at the end.
    func next() throws -> CatalogueItem? {
        guard let item = try format == .csv ? nextRow() : nextObject() else { return nil }
        rows += 1
        guard rows <= SourceBounds.rowsMax else {
            throw CatalogueImportError.source("the file has more than \(SourceBounds.rowsMax) rows; split it")
        }
        guard case .line(let line) = item else { return item }
        guard line.body.count <= Self.lineBytesMax else {
            return rejected(line, "longer than \(Self.lineBytesMax) bytes")
        }
        if let first = lines[line.sku] {
            return rejected(
                line,
                "the sku is there twice",
                detail: "the sku is on line \(first) already; that row stands"
            )
        }
        lines[line.sku] = line.line
        return item
    }

    private func rejected(_ line: CatalogueLine, _ kind: String, detail: String? = nil) -> CatalogueItem {
        .rejected(CatalogueRejection(line: line.line, sku: line.sku, reason: detail ?? kind, kind: kind))
    }

    private func nextRow() throws -> CatalogueItem? {
        while let record = try csv.next() {
            guard let columns else {
                columns = try CatalogueColumns(record)
                continue
            }
            if record.isAdrift, let problem = record.problem {
                throw CatalogueImportError.source(
                    "line \(record.line): \(problem), so that nobody can tell what is a row; nothing was imported"
                )
            }
            // Spreadsheets write rows of separators alone for emptied rows.
            if record.problem == nil, (0..<record.count).allSatisfy({ record.text($0).isEmpty }) { continue }
            do throws(CatalogueRowError) {
                let row = try CatalogueRow(record, columns, cells)
                if row.assumesCurrency { assumedCurrencies += 1 }
                return .line(row.line)
            } catch {
                return .rejected(
                    CatalogueRejection(line: record.line, sku: error.sku, reason: error.reason, kind: error.kind)
                )
            }
        }
        return nil
    }

    private func nextObject() throws -> CatalogueItem? {
        while let (body, line) = try scanner.nextLine() {
            if body.allSatisfy({ $0 <= 0x20 }) { continue }
            do throws(JSONError) {
                return .line(CatalogueLine(line: line, sku: try Self.sku(of: body), body: body))
            } catch {
                let kind = error.isMalformed ? "not JSON" : "not a product"
                return .rejected(CatalogueRejection(line: line, sku: "", reason: "\(error)", kind: kind))
            }
        }
        return nil
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
        guard !sku.isEmpty else { throw reader.missing("sku") }
        try reader.finish()
        return sku
    }
}
