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
    /// ISO 4217 code of prices whose row names none; CSV only.
    public var currency = "GBP"
    /// Units that every product begins with which has never had any stock; nil for none.
    public var openingStock: Int?
    /// Products in one request.
    public var chunkLines = 500
    /// Most connections.
    public var connections = 16
    /// How long one request may be repeated while the server is away.
    public var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    public var showsProgress = true

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
