import API
import Ledger
import Logging
import ServiceLifecycle
import Trading

/// Keeps the snapshot and the keyring up to date with the ledger, including commits of other processes.
///
/// Batches of this process reach the snapshot at once; the follower reads the rest of the feed when the store tells of commits, or else
/// every `interval`.
public struct LedgerFollower: Service {
    private let ledger: any LedgerEngine
    private let snapshot: StorefrontSnapshot
    private let keyring: Keyring
    private let interval: Duration
    private let logger: Logger
    private static let pageSize = 1000
    /// How long it pauses after it was told of a commit, so that a busy shop's commits are read many at a time.
    private static let pause = Duration.milliseconds(20)

    /// A follower of a ledger.
    public init(
        ledger: any LedgerEngine,
        snapshot: StorefrontSnapshot,
        keyring: Keyring,
        interval: Duration = .milliseconds(100),
        logger: Logger
    ) {
        self.ledger = ledger
        self.snapshot = snapshot
        self.keyring = keyring
        self.interval = interval
        self.logger = logger
    }

    /// Follows until the service is shut down.
    ///
    /// Throws nothing: a failed read is logged, once for failures of a kind in a row, and repeated after the interval. Cost of a step: the new rows, in one read
    /// transaction.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var commits = ledger.commits()?.makeAsyncIterator()
            var failure: LedgerFailure?
            while !Task.isCancelled {
                var wait = interval
                do throws(LedgerFailure) {
                    try await step()
                    failure = nil
                    if commits != nil, await commits?.next() != nil { wait = Self.pause }
                } catch {
                    // Once for each absence, not ten times a second.
                    if failure?.code != error.code {
                        logger.warning("following the ledger: \(error.debugDescription)")
                    }
                    failure = error
                }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: wait)
            }
        }
    }

    /// Loads everything once, before the first request is accepted.
    ///
    /// Cost: every product, stock row, location and key.
    ///
    /// - Throws: ``LedgerFailure``; it may be tried again.
    public func load() async throws(LedgerFailure) {
        let start = try await ledger.read { (view) throws(LedgerFailure) in
            let sequence = try view.counter(CounterRow.events)
            let movement = try view.counter(CounterRow.movements)
            let locations = try view.row(LocationsRow.self, LocationsRow.all)?.locations
            var after: StockRow.Key?
            repeat {
                let rows = try view.rows(RowQuery<StockRow>(after: after, limit: Self.pageSize))
                snapshot.load(stock: rows, upTo: movement)
                after = rows.count == Self.pageSize ? rows.last?.key : nil
            } while after != nil
            var sku: SKU?
            repeat {
                let rows = try view.rows(RowQuery<ProductRow>(after: sku, limit: Self.pageSize))
                snapshot.apply(products: rows, movements: [], locations: nil, sequence: 0)
                sku = rows.count == Self.pageSize ? rows.last?.key : nil
            } while sku != nil
            return (sequence, locations)
        }
        let main = Location(code: Location.mainCode, name: "Main", version: 1)
        snapshot.apply(products: [], movements: [], locations: start.1 ?? [main], sequence: start.0)
        try await loadKeys()
    }

    private func loadKeys() async throws(LedgerFailure) {
        let rows = try await ledger.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<APIKeyRow>(limit: 100_000))
        }
        keyring.replace(with: rows)
    }

    /// Reads the new events and movements.
    ///
    /// Cost: one read; a row for each changed product and movement.
    private func step() async throws(LedgerFailure) {
        let (sequence, movement, keysChanged) = snapshot.takeCursors()
        do {
            let news = try await ledger.read { (view) throws(LedgerFailure) -> News in
                let newest = try view.counter(CounterRow.events)
                var news = News(sequence: newest, keysChanged: keysChanged)
                if newest > sequence {
                    for event in try view.events(after: sequence, upTo: newest) { try news.note(event, view) }
                }
                if try view.counter(CounterRow.movements) > movement {
                    news.movements = try view.movements(after: movement)
                }
                return news
            }
            snapshot.apply(
                products: news.products,
                deleted: news.deleted,
                movements: news.movements,
                locations: news.locations,
                sequence: news.sequence
            )
            if news.keysChanged { try await loadKeys() }
        } catch {
            if keysChanged { snapshot.noteKeysChanged() }
            throw error
        }
    }
}

private struct News: Sendable {
    var sequence: Int64
    var keysChanged: Bool
    var products: [ProductRow] = []
    var deleted: [SKU] = []
    var movements: [MovementRow] = []
    var locations: [Location]?

    mutating func note(_ event: EventRow, _ view: any LedgerView) throws(LedgerFailure) {
        switch event.type {
        case .productCreated, .productUpdated:
            if let row = try view.row(ProductRow.self, SKU(stored: event.subject)) { products.append(row) }
        case .productDeleted:
            // A product of the same SKU may exist again; the read then returns it.
            let sku = SKU(stored: event.subject)
            if try view.row(ProductRow.self, sku) == nil { deleted.append(sku) }
        case .locationPut:
            locations = try view.row(LocationsRow.self, LocationsRow.all)?.locations
        case .keyCreated, .keyRevoked:
            keysChanged = true
        default: break
        }
    }
}

extension LedgerView {
    fileprivate func events(after: Int64, upTo newest: Int64) throws(LedgerFailure) -> [EventRow] {
        var result: [EventRow] = []
        var cursor = after
        while cursor < newest {
            let page = try rows(RowQuery<EventRow>(after: cursor, limit: 1000))
            guard let last = page.last else { break }
            result += page
            cursor = last.key
        }
        return result
    }

    fileprivate func movements(after: Int64) throws(LedgerFailure) -> [MovementRow] {
        try rows(RowQuery<MovementRow>(after: after, limit: 10_000))
    }
}
