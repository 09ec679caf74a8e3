// Compares the captured money with each provider's own list, every few minutes for recent payments and every few hours for the
// days before. Only the process with the lease does it.

import API
import Ledger
import Logging
import Providers
import ServiceLifecycle
import Trading

/// Reconciles payments with the providers' own lists, and prunes the inbox of their webhooks.
struct ReconcileWorker: Worker {
    /// `reconciliation`.
    let name = "reconciliation"
    private let shop: Shop
    private let interval: Duration
    private let logger: Logger
    private let lease: WorkerLease
    /// How far back each run compares, and how far back the occasional longer run does, in seconds.
    private static let shortSpan: Int64 = 2 * 3600
    private static let longSpan: Int64 = 3 * 86_400
    private static let longEvery = 48
    /// How long webhooks are kept, in seconds: providers repeat them for days.
    private static let inboxSeconds: Int64 = 30 * 86_400
    /// Payments scheduled for a look-up in one command.
    private static let lookPage = 100
    /// The most long-authorised payments that are looked up in one round.
    private static let oldHoldsMax = 500
    /// Webhooks scanned in one step.
    private static let inboxPage = 500

    /// A worker of a shop.
    init(shop: Shop, interval: Duration = .seconds(300), logger: Logger) {
        self.shop = shop
        self.interval = interval
        self.logger = logger
        lease = WorkerLease("reconciliation", shop: shop, logger: logger)
    }

    /// Works until the service is shut down; then it releases the lease, so that the next process can begin at once.
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
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: pause)
            }
        }
        await lease.release()
    }

    /// Compares with every provider; an unreachable provider delays no other.
    func reconcile(span: Int64, now: Timestamp = .now) async {
        await withDiscardingTaskGroup { group in
            for provider in shop.payments.providers.values {
                group.addTask { await reconcile(provider, span: span, now: now) }
            }
        }
    }

    private func reconcile(_ provider: any PaymentProvider, span: Int64, now: Timestamp) async {
        let reconciler = Reconciler(provider: provider, book: PaymentBook(shop.whole.ledger))
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
            try await recover(result.missingHere, at: provider.name)
        } catch {
            logger.warning("reconciliation with \(provider.name): \(error)")
        }
    }

    /// Takes charges that no payment explains as those of the lost future, where the shop was restored: some may have been made after
    /// the search had read the list.
    private func recover(_ charges: [ProviderCharge], at provider: String) async throws {
        guard !charges.isEmpty else { return }
        let restore = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.restores().last }
        guard let restore, restore.settledAt != nil else { return }
        let lost = charges.filter { $0.createdAt >= restore.searchedFrom }.map(ListedCharge.init)
        for start in stride(from: 0, to: lost.count, by: Self.lookPage) {
            let page = Array(lost[start..<min(start + Self.lookPage, lost.count)])
            let command = RecoverCharges(provider, page, rule: shop.settings.lostMoney)
            _ = try await shop.committer.submit(command, isPatient: true)
        }
    }

    /// Schedules look-ups of authorisations that are older than any comparison: a provider voids them after some days by itself.
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

    /// Schedules look-ups of payments that differ, a page in each command: changes by others at the provider are adopted.
    private func look(at payments: [ID<Payment>]) async throws {
        for payment in payments {
            if let order = try await shop.archivedOrder(named: "\(payment)") { try await shop.bringBack(order) }
        }
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
