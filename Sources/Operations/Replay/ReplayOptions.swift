/// Who takes the money for a replay's sales.
public enum ReplayPayments: String, CaseIterable, Sendable {
    /// Nobody: each order is marked paid.
    case manual
    /// The server's payment provider, by a card's token that any sandbox takes.
    case sandbox
}

/// Who brings a replay's sales to their buyers.
public enum ReplayDeliveries: String, CaseIterable, Sendable {
    /// Nobody: each order is marked shipped.
    case none
    /// The server's carrier of that name, in one parcel an order.
    case sandbox
}

/// How to replay a source.
public struct ReplayOptions: Sendable {
    /// The file: plain, gzip or xz.
    public var path: String
    /// The file's encoding, by a name that `iconv -l` lists; nil to tell by its beginning, and else UTF-8.
    public var encoding: String?
    /// What stands between the cells of a row; nil to tell by the header.
    public var separator: UInt8?
    /// What stands before the decimals of a price.
    public var decimalMark = DecimalMark.point
    /// The server.
    public var url: String
    /// A key with catalogue:write, stock:write, orders:read, orders:write, customers:read and customers:write; with a
    /// carrier deliveries:write, with a provider or a carrier books:read.
    public var key: String?
    /// Most connections, and so most requests at once.
    public var connections = 32
    /// Source seconds played in one second; nil for as fast as it goes.
    public var speed: Double?
    /// ISO 4217 code of a currency with two decimals.
    public var currency = "GBP"
    /// Who takes the money.
    public var payments = ReplayPayments.manual
    /// Who delivers.
    public var deliveries = ReplayDeliveries.none
    /// How long to wait at the end for what is still under way: deliveries, captures and refunds.
    public var tail = Duration.seconds(120)
    /// Whether to read orders, returns and credits back from the server at the end.
    public var verifies = true
    /// How long one request may be repeated while the server is away.
    public var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    public var showsProgress = true

    /// Whether there is money or are parcels to be followed to their end.
    var settles: Bool { payments != .manual || deliveries != .none }

    /// Options with their defaults.
    public init(path: String, url: String, key: String?) {
        self.path = path
        self.url = url
        self.key = key
    }
}

/// Why a replay did not come to its end.
public enum ReplayError: Error, Sendable, CustomStringConvertible {
    /// The options do not make sense.
    case options(String)
    /// The file cannot be replayed.
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
        case .interrupted(let detail): "\(detail)\nNothing is half done: run the same command again to resume."
        }
    }
}

/// A request that the server refused, and with it the rows that it stood for.
public struct ReplayRefusal: Sendable, Equatable {
    /// Line of the file on which the refused thing begins; 0 for what no line asks for.
    public var line: Int
    /// What was asked for.
    public var subject: String
    /// What the server said.
    public var reason: String
}
