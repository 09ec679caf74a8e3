import ForeignFiles

/// Who takes the money for a replay's sales.
package enum ReplayPayments: String, CaseIterable, Sendable {
    /// Nobody: each order is marked paid.
    case manual
    /// The server's payment provider, by a card's token that any sandbox takes.
    case sandbox
}

/// Who brings a replay's sales to their buyers.
package enum ReplayDeliveries: String, CaseIterable, Sendable {
    /// Nobody: each order is marked shipped.
    case none
    /// The server's carrier of that name, in one parcel an order.
    case sandbox
}

/// How to replay a source.
package struct ReplayOptions: Sendable {
    /// The file: plain, gzip or xz.
    package var path: String
    /// The file's encoding, by a name that `iconv -l` lists; nil to tell by its beginning, and else UTF-8.
    package var encoding: String?
    /// What stands between the cells of a row; nil to tell by the header.
    package var separator: UInt8?
    /// What stands before the decimals of a price.
    package var decimalMark = DecimalMark.point
    /// The server.
    package var url: String
    /// A key with catalogue:write, stock:write, orders:read, orders:write, customers:read and customers:write; with a
    /// carrier deliveries:write, with a provider or a carrier books:read.
    package var key: String?
    /// Most connections, and so most requests at once.
    package var connections = 32
    /// Source seconds played in one second; nil for as fast as it goes.
    package var speed: Double?
    /// ISO 4217 code of a currency with two decimals.
    package var currency = "GBP"
    /// Who takes the money.
    package var payments = ReplayPayments.manual
    /// Who delivers.
    package var deliveries = ReplayDeliveries.none
    /// How long to wait at the end for what is still under way: deliveries, captures and refunds.
    package var tail = Duration.seconds(120)
    /// Whether to read orders, returns and credits back from the server at the end.
    package var verifies = true
    /// How long one request may be repeated while the server is away.
    package var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    package var showsProgress = true

    /// Whether there is money or are parcels to be followed to their end.
    var settles: Bool { payments != .manual || deliveries != .none }

    /// Options with their defaults.
    package init(path: String, url: String, key: String?) {
        self.path = path
        self.url = url
        self.key = key
    }
}

/// Why a replay did not come to its end.
package enum ReplayError: Error, Sendable, CustomStringConvertible {
    /// The options do not make sense.
    case options(String)
    /// The file cannot be replayed.
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
        case .interrupted(let detail): "\(detail)\nNothing is half done: run the same command again to resume."
        }
    }
}

/// A request that the server refused, and with it the rows that it stood for.
package struct ReplayRefusal: Sendable, Equatable {
    /// Line of the file on which the refused thing begins; 0 for what no line asks for.
    package var line: Int
    /// What was asked for.
    package var subject: String
    /// What the server said.
    package var reason: String
}
