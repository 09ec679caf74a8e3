/// How to import a catalogue.
public struct CatalogueImportOptions: Sendable {
    /// The shape of the file.
    public enum Format: String, Sendable, CaseIterable {
        /// Comma-separated values with a header.
        case csv
        /// One product as JSON on each line.
        case ndjson
    }

    /// The file: plain, gzip or xz.
    public var path: String
    /// The server.
    public var url: String
    /// A key with catalogue:write, and stock:write where opening stock is given.
    public var key: String?
    /// The file's shape; nil to tell by its contents.
    public var format: Format?
    /// The file's encoding, by a name that `iconv -l` lists; nil to tell by its beginning, and else UTF-8.
    public var encoding: String?
    /// What stands between the cells of a row; nil to tell by the header.
    public var separator: UInt8?
    /// What stands before the decimals of a price.
    public var decimalMark = DecimalMark.point
    /// What a cell says that clears; a blank one changes nothing.
    public var clearing = Self.clearing
    /// ISO 4217 code of prices whose row names none; CSV only.
    public var currency = "GBP"
    /// Units that every product begins with which has never had any stock; nil for none.
    public var openingStock: Int?
    /// Most products in one request.
    public var chunkLines = 500
    /// Most bytes in one request.
    public var chunkBytes = 4 << 20
    /// Most connections.
    public var connections = 16
    /// How long one request may be repeated while the server is away.
    public var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    public var showsProgress = true

    /// What a cell says that clears, unless it is told otherwise: what databases write for no value.
    public static let clearing = "NULL"

    /// Options with their defaults.
    public init(path: String, url: String, key: String?) {
        self.path = path
        self.url = url
        self.key = key
    }
}

/// Why an import did not come to its end.
public enum CatalogueImportError: Error, Sendable, CustomStringConvertible {
    /// The options do not make sense.
    case options(String)
    /// The file holds no catalogue.
    case source(String)
    /// The server went away; what was acknowledged stands, and a second run goes on from there.
    case interrupted(String)
    /// The server does not take what is sent, or there is none; a second run would fare no better.
    case refused(String)

    /// One or two sentences for the person at the terminal.
    public var description: String {
        switch self {
        case .options(let detail): detail
        case .source(let detail), .refused(let detail): detail
        case .interrupted(let detail): "\(detail)\nWhat was imported stands: run the same command again to go on."
        }
    }
}
