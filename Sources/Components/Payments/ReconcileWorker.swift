// Compares what was taken with what each provider says was taken, every few minutes for what is new and every few hours for the days
// before. One process does it, whoever holds the lease; the others look on.

import API
import Ledger
import Logging
import Providers
import ServiceLifecycle
import Trading

/// Reconciles payments with the providers' own lists, and clears what is past keeping out of their inbox.
struct ReconcileWorker: Worker {
    /// `reconciliation`.
    let name = "reconciliation"
    private let shop: Shop
    private let interval: Duration
    private let logger: Logger
    private let lease: WorkerLease
    /// How far back each look goes, and how far every so many looks, in seconds.
    private static let shortSpan: Int64 = 2 * 3600
    private static let longSpan: Int64 = 3 * 86_400
    private static let longEvery = 48
    /// For how long webhooks are remembered, in seconds: providers repeat them for days.
    private static let inboxSeconds: Int64 = 30 * 86_400
    /// Payments that become due to be looked at in one step.
    private static let lookPage = 100
    /// Payments with money held for long that are looked at in one round.
    private static let oldHoldsMax = 500
    /// Webhooks looked at in one step.
    private static let inboxPage = 500

    /// A worker of a shop.
    init(shop: Shop, interval: Duration = .seconds(300), logger: Logger) {
        self.shop = shop
        self.interval = interval
        self.logger = logger
        lease = WorkerLease("reconciliation", shop: shop, logger: logger)
    }

    /// Works until the service is shut down; then the lease is let go, and the next process begins at once.
    func run(_ status: WorkerStatus) async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            var inbox: InboxRow.Key?
            while !Task.isCancelled {
                var pause = interval
                do {
                    if let busy = try await lease.acquire(for: interval * 2 + .seconds(60)) {
                        pause = min(interval, busy)
                    } else {
                        let isLong = round % Self.longEvery == 0
                        await reconcile(span: isLong ? Self.longSpan : Self.shortSpan)
                        if isLong { try await lookAtOldHolds() }
                        inbox = try await pruneInbox(after: inbox)
                        round += 1
                    }
                    status.succeeded()
                } catch {
                    logger.warning("reconciliation: \(String(reflecting: error))")
                }
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: pause)
            }
        }
        await lease.release()
    }

    /// Compares with every provider; one that cannot be reached delays no other.
    func reconcile(span: Int64, now: Timestamp = .now) async {
        await withDiscardingTaskGroup { group in
            for provider in shop.payments.providers.values {
                group.addTask { await reconcile(provider, span: span, now: now) }
            }
        }
    }

    private func reconcile(_ provider: any PaymentProvider, span: Int64, now: Timestamp) async {
        let reconciler = Reconciler(provider: provider, book: PaymentBook(shop.ledger))
        do {
            let result = try await reconciler.run(from: now.adding(seconds: -span), to: now)
            shop.payments.metrics.record(
                unmatched: result.unmatched,
                mismatches: result.mismatches.count,
                of: provider.name
            )
            for mismatch in result.mismatches {
                logger.error("reconciliation with \(provider.name): \(mismatch.name) \(mismatch.subject)")
            }
            try await look(at: result.differing)
        } catch {
            logger.warning("reconciliation with \(provider.name): \(error)")
        }
    }

    /// Has what is held for longer than any comparison looks back looked at: a provider lets go of it after some days, by itself.
    ///
    /// Cost: one call for each such payment every few hours, at most `oldHoldsMax` in a round, the oldest first.
    private func lookAtOldHolds(now: Timestamp = .now) async throws {
        let before = Condition("id", .below, .bits(.first(at: now.adding(seconds: -Self.longSpan))))
        for status in [PaymentStatus.authorised, .partlyCaptured] {
            let query = RowQuery<PaymentRow>(
                [Condition("state", .equal, .integer(status.rawValue)), before],
                limit: Self.oldHoldsMax
            )
            let rows = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.rows(query) }
            try await look(at: rows.map(\.key))
        }
    }

    /// Has what differs looked at, a page at a time: what other hands did at the provider is followed.
    private func look(at payments: [ID<Payment>]) async throws {
        var left = payments[...]
        while !left.isEmpty {
            _ = try await shop.committer.submit(LookAtPayments(Array(left.prefix(Self.lookPage))), isPatient: true)
            left = left.dropFirst(Self.lookPage)
        }
        if !payments.isEmpty { shop.payments.bell.ring() }
    }

    private func pruneInbox(after cursor: InboxRow.Key?) async throws -> InboxRow.Key? {
        let before = Timestamp.now.adding(seconds: -Self.inboxSeconds)
        let rows = try await shop.ledger.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<InboxRow>(after: cursor, limit: Self.inboxPage))
        }
        let old = rows.filter { $0.at < before }.map(\.key)
        if !old.isEmpty { _ = try await shop.committer.submit(PruneInbox(old, before: before), isPatient: true) }
        return rows.count == Self.inboxPage ? rows.last?.key : nil
    }
}

extension PaymentBook {
    /// The payments of a ledger.
    public init(_ ledger: any LedgerEngine) {
        self.init(
            payments: { provider, from, to in try await ledger.payments(at: provider, from: from, to: to) },
            payment: { id in try await ledger.payment(id) }
        )
    }
}
