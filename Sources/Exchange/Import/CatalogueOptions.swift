import ForeignFiles

/// How to import a catalogue.
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
    /// The server.
    package var url: String
    /// A key with catalogue:write, and stock:write where opening stock is given.
    package var key: String?
    /// The file's shape; nil to tell by its contents.
    package var format: Format?
    /// The file's encoding, by a name that `iconv -l` lists; nil to tell by its beginning, and else UTF-8.
    package var encoding: String?
    /// What stands between the cells of a row; nil to tell by the header.
    package var separator: UInt8?
    /// What stands before the decimals of a price.
    package var decimalMark = DecimalMark.point
    /// What a cell says that clears; a blank one changes nothing.
    package var clearing = Self.clearing
    /// ISO 4217 code of prices whose row names none; CSV only.
    package var currency = "GBP"
    /// Units that every product begins with which has never had any stock; nil for none.
    package var openingStock: Int?
    /// Most products in one request.
    package var chunkLines = 500
    /// Most bytes in one request.
    package var chunkBytes = 4 << 20
    /// Most connections.
    package var connections = 16
    /// How long one request may be repeated while the server is away.
    package var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    package var showsProgress = true

    /// What a cell says that clears, unless it is told otherwise: what databases write for no value.
    package static let clearing = "NULL"

    /// Options with their defaults.
    package init(path: String, url: String, key: String?) {
        self.path = path
        self.url = url
        self.key = key
    }
}

/// Why an import did not come to its end.
package enum CatalogueImportError: Error, Sendable, CustomStringConvertible {
    /// The options do not make sense.
    case options(String)
    /// The file holds no catalogue.
    case source(String)
    /// The server went away; what was acknowledged stands, and a second run goes on from there.
    case interrupted(String)
    /// The server does not take what is sent, or there is none; a second run would fare no better.
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
