import ForeignFiles

/// How a replay's sales are paid.
package enum ReplayPayments: String, CaseIterable, Sendable {
    /// Each order is marked paid.
    case manual
    /// The server's payment provider, by a card's token that any sandbox takes.
    case sandbox
}

/// How a replay's sales are delivered.
package enum ReplayDeliveries: String, CaseIterable, Sendable {
    /// Each order is marked shipped.
    case none
    /// By the server's carrier of that name, in one parcel for each order.
    case sandbox
}

/// How to replay a source.
package struct ReplayOptions: Sendable {
    /// The file: plain, gzip or xz.
    package var path: String
    /// The file's encoding, by a name that `iconv -l` lists; nil to detect it from its beginning, or else UTF-8.
    package var encoding: String?
    /// The separator of cells; nil to detect it from the header.
    package var separator: UInt8?
    /// The decimal mark of prices.
    package var decimalMark = DecimalMark.point
    /// The server's URL.
    package var url: String
    /// A key with catalogue:write, stock:write, orders:read, orders:write, customers:read and customers:write; with a
    /// carrier deliveries:write, with a provider or a carrier books:read.
    package var key: String?
    /// Most connections, and so most requests at once.
    package var connections = 32
    /// Source seconds played in one second; nil for the greatest speed.
    package var speed: Double?
    /// ISO 4217 code of a currency with two decimals.
    package var currency = "GBP"
    /// How sales are paid.
    package var payments = ReplayPayments.manual
    /// How sales are delivered.
    package var deliveries = ReplayDeliveries.none
    /// How long to wait at the end for open deliveries, captures and refunds.
    package var tail = Duration.seconds(120)
    /// Whether to read orders, returns and credits back from the server at the end.
    package var verifies = true
    /// How long one request may be repeated while the server is unavailable.
    package var deadline = Duration.seconds(60)
    /// Whether progress is shown on standard error.
    package var showsProgress = true

    /// Whether payments or parcels have to be followed to their end.
    var settles: Bool { payments != .manual || deliveries != .none }

    /// Options with their defaults.
    package init(path: String, url: String, key: String?) {
        self.path = path
        self.url = url
        self.key = key
    }
}

/// Why a replay was not completed.
package enum ReplayError: Error, Sendable, CustomStringConvertible {
    /// The options are not valid.
    case options(String)
    /// The file cannot be replayed.
    case source(String)
    /// The server became unavailable; acknowledged effects stay, and a second run continues.
    case interrupted(String)
    /// The server refuses the requests, or there is none; a second run would fail in the same way.
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

/// A request that the server refused, with the rows that it stood for.
package struct ReplayRefusal: Sendable, Equatable {
    /// Line of the file on which the refused object begins; 0 where there is none.
    package var line: Int
    /// The requested object.
    package var subject: String
    /// The server's reason.
    package var reason: String
}
