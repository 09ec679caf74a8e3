// Every setting is described once: name, default, bounds, meaning. The table that `tradewind config` prints, the check of files
// and variables, and the values that the server uses all come from here.

import Ledger
import Trading

/// One setting.
public struct Setting: Sendable {
    /// Its name, such as `ledger.max-batch`.
    public let key: String
    /// The type of its value.
    public let kind: SettingKind
    /// Its meaning.
    public let summary: String

    init(_ key: String, _ kind: SettingKind, _ summary: String) {
        self.key = key
        self.kind = kind
        self.summary = summary
    }

    /// An integer setting.
    init(_ key: String, _ fallback: Int, in range: ClosedRange<Int>, _ unit: String, _ summary: String) {
        self.init(key, .number(fallback, range, unit: unit), summary)
    }

    /// The environment variable that sets it.
    public var variable: String {
        "TRADEWIND_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }
}

extension Setting {
    /// Every setting, in the order of the table.
    public static let all: [Setting] =
        [
            .reservation, .maxTotal, .uniqueReferences, .cart, .idempotency, .events, .maxBatch, .maxQueue, .keepRows,
            .checkInterval, .fullCheckInterval, .ledgerServer, .turnTime, .turnPause, .answerTime, .absence,
            .serverReaders,
            .busy, .readers,
            .cache,
            .walMegabytes,
            .checkpoint, .request, .objective, .corsOrigins, .headerBytes, .idle, .age, .slowClient, .connections,
            .connectionsOfAddress,
            .bodyMegabytes, .waits, .streams, .streamsOfKey, .shutdown,
            .taskInterval,
            .pruneInterval,
            .follow, .allowPrivate, .availabilityObjective, .availabilityRetention, .certificate, .certificateKey,
            .certificateInterval, .logFormat, .logAccess,
        ] + limits + backups + archive + payments + deliveries + scaling + faults

    static let logFormat = Setting(
        "log.format",
        .choice("text", of: ["text", "json"]),
        "how the lines of the log are written"
    )
    static let logAccess = Setting(
        "log.access",
        .flag(false),
        "whether every request that is answered has a line in the log"
    )

    static let reservation = Setting(
        "orders.reservation",
        259_200,
        in: 1...31_536_000,
        "s",
        "how long an unpaid order holds its units"
    )
    static let maxTotal = Setting(
        "orders.max-total",
        .text(OrderCeiling.standard.description, .amounts),
        "the most that one order may be worth; a currency of its own bound is named, as in 1000000000000,JPY=50000000"
    )
    static let uniqueReferences = Setting(
        "orders.unique-references",
        .flag(false),
        "whether an order with a reference that another order has, or had before it ended, is refused"
    )
    static let cart = Setting("carts.lifetime", 2_592_000, in: 1...31_536_000, "s", "how long an unused cart is kept")
    static let idempotency = Setting(
        "ledger.idempotency-retention",
        604_800,
        in: 86_400...31_536_000,
        "s",
        "how long requests with a key are remembered"
    )
    static let events = Setting(
        "ledger.event-retention",
        2_592_000,
        in: 86_400...315_360_000,
        "s",
        "how long events can be read"
    )
    static let maxBatch = Setting(
        "ledger.max-batch",
        CommitterBounds().maxBatch,
        in: 1...8192,
        "commands",
        "the most in one transaction"
    )
    static let maxQueue = Setting(
        "ledger.max-queue",
        CommitterBounds().maxQueue,
        in: 16...1_000_000,
        "commands",
        "the most waiting; more are refused with 503"
    )
    static let keepRows = Setting(
        "ledger.keep-rows",
        CommitterBounds().keepRows,
        in: 0...10_000_000,
        "rows",
        "products, and stock levels, kept between batches"
    )
    static let checkInterval = Setting(
        "ledger.check-interval",
        600,
        in: 1...86_400,
        "s",
        "how often the ledger's file is checked for damage; takes about 3 seconds for each GB, 14 from a cold disk"
    )
    static let fullCheckInterval = Setting(
        "ledger.full-check-interval",
        86_400,
        in: 1...2_592_000,
        "s",
        "how often that includes every index and the list of free pages"
    )
    static let ledgerServer = Setting(
        "postgres.url",
        .secret,
        "the PostgreSQL database that holds the ledger, as postgres://USER:PASSWORD@HOST,HOST/SHOP; without it, a file does"
    )
    static let turnTime = Setting(
        "postgres.turn-timeout",
        5000,
        in: 100...60_000,
        "ms",
        "how long to wait for the turn"
    )
    static let turnPause = Setting(
        "postgres.turn-pause",
        2500,
        in: 100...60_000,
        "ms",
        "how long a replica that has the turn may say nothing before the server takes it away"
    )
    static let answerTime = Setting(
        "postgres.answer-timeout",
        10,
        in: 1...600,
        "s",
        "how long the server may take for an answer before the connection counts as lost"
    )
    static let absence = Setting(
        "postgres.hold",
        20,
        in: 0...300,
        "s",
        "how long changes wait for a server that is away, such as during a failover, before they are refused"
    )
    static let serverReaders = Setting("postgres.readers", 4, in: 1...64, "connections", "connections that read")
    static let busy = Setting("sqlite.busy-timeout", 5000, in: 0...60_000, "ms", "how long to wait for another process")
    static let readers = Setting("sqlite.readers", 2, in: 1...64, "threads", "threads that read")
    static let cache = Setting("sqlite.cache", 16_384, in: 256...16_777_216, "KiB", "page cache of the writer")
    static let walMegabytes = Setting(
        "sqlite.wal",
        256,
        in: 1...65_536,
        "MiB",
        "log size from which the committer helps"
    )
    static let checkpoint = Setting(
        "sqlite.checkpoint-interval",
        20,
        in: 10...60_000,
        "ms",
        "how often the log is moved"
    )
    static let request = Setting(
        "http.request-timeout",
        10,
        in: 1...600,
        "s",
        "how long a request waits for its decision"
    )
    static let corsOrigins = Setting(
        "http.cors-origins",
        .text("", .origins),
        "sites whose pages may use the API"
    )
    static let objective = Setting(
        "http.objective",
        1000,
        in: 10...60_000,
        "ms",
        "how slow answers may become before requests are refused, the least valuable first"
    )
    static let headerBytes = Setting(
        "http.header-bytes",
        16_384,
        in: 1024...1_048_576,
        "bytes",
        "the most header bytes of a request"
    )
    static let idle = Setting("http.idle-timeout", 75, in: 1...3600, "s", "when an idle connection is closed")
    static let age = Setting(
        "http.connection-age",
        60,
        in: 1...86_400,
        "s",
        "about when a client of several replicas is asked for a new connection"
    )
    static let slowClient = Setting(
        "http.slow-client-timeout",
        15,
        in: 1...3600,
        "s",
        "how long a client may take to send one request"
    )
    static let connections = Setting(
        "http.max-connections",
        20_000,
        in: 16...1_000_000,
        "connections",
        "the most at once, as far as the limit on open files (ulimit -n) leaves room"
    )
    static let connectionsOfAddress = Setting(
        "http.max-connections-per-address",
        1000,
        in: 1...1_000_000,
        "connections",
        "the most at once of one address (of IPv6, a network of 64 bits); the machine's own and trusted proxies may have any number"
    )
    static let bodyMegabytes = Setting(
        "http.body-memory",
        256,
        in: 1...65_536,
        "MiB",
        "what bodies of requests may take of the memory together, an eighth of it at most; small ones always pass"
    )
    static let waits = Setting(
        "http.max-waits",
        1000,
        in: 0...1_000_000,
        "requests",
        "the most that wait as their clients ask (Prefer: wait); more are answered at once"
    )
    static let streams = Setting(
        "http.max-streams",
        256,
        in: 0...100_000,
        "streams",
        "the most of GET /v1/events that are open in a process; more are refused with 503"
    )
    static let streamsOfKey = Setting(
        "http.max-streams-per-key",
        32,
        in: 1...100_000,
        "streams",
        "the most of them that one key has open; more are refused with 429"
    )
    static let shutdown = Setting(
        "http.shutdown-timeout",
        25,
        in: 1...600,
        "s",
        "how long requests may take to finish at the end"
    )
    static let taskInterval = Setting(
        "workers.task-interval",
        500,
        in: 10...60_000,
        "ms",
        "how often to look for due tasks"
    )
    static let pruneInterval = Setting(
        "workers.prune-interval",
        1000,
        in: 10...3_600_000,
        "ms",
        "pause between prunings"
    )
    static let follow = Setting(
        "workers.follow-interval",
        100,
        in: 10...10_000,
        "ms",
        "how often to look for other processes' commits"
    )
    static let allowPrivate = Setting(
        "webhooks.allow-private",
        .flag(false),
        "whether webhooks may be delivered to private addresses"
    )
    static let availabilityObjective = Setting(
        "availability.objective",
        .text("99.9", .percent),
        "what availability is aimed at, in per cent; the error budget follows from it"
    )
    static let availabilityRetention = Setting(
        "availability.retention",
        400,
        in: 1...3650,
        "d",
        "how long counts of requests are kept"
    )
    static let certificate = Setting(
        "tls.certificate",
        .text("", .path),
        "a PEM file with the certificate to serve HTTPS with, and those that vouch for it; with tls.key"
    )
    static let certificateKey = Setting(
        "tls.key",
        .text("", .path),
        "a PEM file with the certificate's private key, without a passphrase"
    )
    static let certificateInterval = Setting(
        "tls.reload-interval",
        2,
        in: 1...3600,
        "s",
        "how often the certificate's files are looked at"
    )
}
