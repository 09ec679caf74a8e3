import Ledger
import Logging
import ServiceLifecycle
import Trading

/// Bounds the growth of the ledger: removes expired idempotency records, events, outcome counts, and abandoned carts.
///
/// It scans each table in the order of its keys, a page at a time, and removes at most a page in one patient command, so that
/// orders are never delayed by more than one small batch.
public struct Pruner: Worker {
    /// `pruner`.
    public let name = "pruner"
    private let shop: Shop
    private let interval: Duration
    private let logger: Logger
    /// Rows scanned, and at most removed, in one step.
    private static let page = 200

    /// A pruner of a shop.
    public init(shop: Shop, interval: Duration, logger: Logger) {
        self.shop = shop
        self.interval = interval
        self.logger = logger
    }

    /// The position of each scan.
    struct Cursor: Sendable {
        var idempotency: Bits128?
        var cart: ID<Cart>?
        var carrierNotice: CarrierNoticeRow.Key?
    }

    /// Prunes until the service is shut down.
    ///
    /// Cost of a round: a page of each table in one read transaction, and one command.
    ///
    /// - Throws: the failure of a read or a commit; the supervisor restarts the worker, which begins its scans anew.
    public func run(_ status: WorkerStatus) async throws {
        try await cancelWhenGracefulShutdown {
            var cursor = Cursor()
            while !Task.isCancelled {
                _ = try await step(&cursor)
                status.succeeded()
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Prunes one page of each table; returns the number of removed rows.
    ///
    /// - Throws: what the read or the commit throws; it may be tried again.
    func step(_ cursor: inout Cursor, now: Timestamp = .now) async throws -> Int {
        let keepKeys = now.adding(seconds: -shop.settings.idempotencySeconds)
        let keepEvents = now.adding(seconds: -shop.settings.eventSeconds)
        let keepOutcomes = now.adding(seconds: -shop.settings.outcomeSeconds)
        let keepLonger = keepEvents.adding(seconds: -DeliveryStream.patienceSeconds)
        let start = cursor
        let found = try await shop.ledger.read { (view) throws(LedgerFailure) -> Found in
            let keys = try view.rows(RowQuery<IdempotencyRow>(after: start.idempotency, limit: Self.page))
            let carts = try view.rows(RowQuery<CartRow>(after: start.cart, limit: Self.page))
            let notices = try view.rows(RowQuery<CarrierNoticeRow>(after: start.carrierNotice, limit: Self.page))
            // Events and outcome counts are ordered by time, so the oldest come first.
            let events = try view.rows(RowQuery<EventRow>(limit: Self.page))
            let outcomes = try view.rows(RowQuery<OutcomeBucketRow>(limit: Self.page))
            let needed = try view.eventsNotNeededByWebhooks()
            // Events that a webhook has not received yet are kept for as long as one event is retried, and no longer.
            let old = events.filter { $0.at < keepEvents && ($0.key <= needed || $0.at < keepLonger) }.map(\.key)
            return Found(
                keys: keys.filter { $0.at < keepKeys }.map(\.key),
                carts: carts.filter { $0.cart.expiresAt < now }.map(\.key),
                events: old,
                webhooks: try old.last.map { (last) throws(LedgerFailure) in try view.webhooks(behind: last) } ?? [],
                carrierNotices: notices.filter { $0.at < keepKeys }.map(\.key),
                outcomes: outcomes.map(\.key).filter { $0.start < keepOutcomes },
                next: Cursor(
                    idempotency: keys.count == Self.page ? keys.last?.key : nil,
                    cart: carts.count == Self.page ? carts.last?.key : nil,
                    carrierNotice: notices.count == Self.page ? notices.last?.key : nil
                )
            )
        }
        cursor = found.next
        guard !found.isEmpty else { return 0 }
        let command = Prune(
            idempotency: (found.keys, keepKeys),
            carts: found.carts,
            events: found.events,
            carrierNotices: found.carrierNotices,
            outcomes: found.outcomes,
            webhooks: found.webhooks
        )
        let outcome = try await shop.committer.submit(command, isPatient: true).outcome
        for endpoint in outcome.missing {
            logger.warning(
                "events that a webhook has not got are no longer kept; its `missed` counts them",
                metadata: endpoint.missed?.metadata(of: endpoint.id) ?? [:]
            )
        }
        return outcome.removed
    }
}

private struct Found: Sendable {
    let keys: [Bits128]
    let carts: [ID<Cart>]
    let events: [Int64]
    let webhooks: [ID<WebhookEndpoint>]
    let carrierNotices: [CarrierNoticeRow.Key]
    let outcomes: [OutcomeBucketRow.Key]
    let next: Pruner.Cursor

    var isEmpty: Bool {
        keys.isEmpty && carts.isEmpty && events.isEmpty && carrierNotices.isEmpty && outcomes.isEmpty
    }
}
