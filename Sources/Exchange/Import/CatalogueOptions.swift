import ForeignFiles

/// The options of an import.
package struct CatalogueImportOptions: Sendable {
    /// The shape of the file.
    package enum Format: String, Sendable, CaseIterable {
        /// Comma-separated values with a header.
        case csv
        /// One product as JSON on each line.
        case ndjson
    }

    /// The file: plain, gzip or xz.
    package var path: String
    /// The server's URL.
    package var url: String
    /// A key with catalogue:write, and stock:write where opening stock is given.
    package var key: String?
    /// The file's format; nil to detect it from its contents.
    package var format: Format?
    /// The file's encoding, by a name that `iconv -l` lists; nil to detect it from its beginning, or else UTF-8.
    package var encoding: String?
    /// The separator of cells; nil to detect it from the header.
    package var separator: UInt8?
    /// The decimal mark of prices.
    package var decimalMark = DecimalMark.point
    /// The text of a cell that clears a value; a blank cell changes nothing.
    package var clearing = Self.clearing
    /// ISO 4217 code of prices whose row names none; CSV only.
    package var currency = "GBP"
    /// Opening stock of every product that never had any stock; nil for none.
    package var openingStock: Int?
    /// Most products in one request.
    package var chunkLines = 500
    /// Most bytes in one request.
    package var chunkBytes = 4 << 20
    /// Most connections.
    package var connections = 16
    /// How long one request may be repeated while the server is unavailable.
    package var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    package var showsProgress = true

    /// The default text that clears a value: what databases write for null.
    package static let clearing = "NULL"

    /// Options with their defaults.
    package init(path: String, url: String, key: String?) {
        self.path = path
        self.url = url
        self.key = key
    }
}

/// Why an import was not completed.
package enum CatalogueImportError: Error, Sendable, CustomStringConvertible {
    /// The options are not valid.
    case options(String)
    /// The file is not a catalogue.
    case source(String)
    /// The server became unavailable; acknowledged rows are imported, and a second run continues.
    case interrupted(String)
    /// The server refuses the requests, or there is none; a second run would fail in the same way.
    case refused(String)

    /// One or two sentences for the person at the terminal.
    package var description: String {
        switch self {
        case .options(let detail): detail
        case .source(let detail), .refused(let detail): detail
        case .interrupted(let detail): "\(detail)\nWhat was imported stands: run the same command again to go on."
        }
    }
}
