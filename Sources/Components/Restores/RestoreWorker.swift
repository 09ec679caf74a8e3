import Ledger
import Logging
import Providers
import ServiceLifecycle
import Trading

/// Searches payment providers and carriers after a restore, until all have been searched.
///
/// Only the process with the lease does it.
struct RestoreWorker: Worker {
    /// `restore-search`.
    let name = "restore-search"
    private let shop: Shop
    private let search: RestoreSearch
    private let interval: Duration
    private let logger: Logger
    private let lease: WorkerLease
    /// How long the lease is held: longer than a round takes with providers that do not answer.
    private static let leaseTime = Duration.seconds(120)
    /// How often a shop is asked whether it was restored, where there is nothing to search.
    private static let idle = Duration.seconds(60)

    init(shop: Shop, carriers: [any Carrier], interval: Duration = .seconds(10), logger: Logger) {
        self.shop = shop
        self.interval = interval
        self.logger = logger
        search = RestoreSearch(
            ledger: shop.ledger,
            committer: shop.committer,
            archive: shop.archive,
            providers: shop.payments.providers.values.sorted { $0.name < $1.name },
            carriers: carriers,
            rule: shop.settings.lostMoney,
            lostParcels: shop.settings.lostParcels
        )
        lease = WorkerLease(name, shop: shop, logger: logger)
    }

    /// Works until the service is shut down.
    func run(_ status: WorkerStatus) async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Self.idle
                do {
                    pause = try await round()
                    status.succeeded()
                } catch {
                    pause = interval
                    logger.warning("the search after a restore: \(String(reflecting: error))")
                }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: pause)
            }
        }
        await lease.release()
    }

    /// Searches once, if anything is to be searched; returns the pause before the next round.
    private func round() async throws -> Duration {
        let last = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.restores().last }
        guard let last, last.settledAt == nil else { return min(Self.idle, interval * 6) }
        if let busy = try await lease.acquire(for: Self.leaseTime) { return min(interval, busy) }
        let report = try await search.run()
        shop.payments.bell.ring()
        for place in report.places {
            for line in place.foreign + place.held { logger.error("\(line)") }
            if let trouble = place.trouble { logger.warning("\(place.name): its list cannot be read: \(trouble)") }
        }
        if report.isSettled { logger.notice("the search after the restore to \(last.restoredTo) is complete") }
        return interval
    }
}
