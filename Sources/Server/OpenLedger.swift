import API
import Components
import Foundation
import Ledger
import LedgerEngines
import Logging

/// The open ledger of a server, with everything that reads or follows it.
struct OpenLedger: Sendable {
    let engine: GuardedLedger
    let committer: Committer
    /// The storefront in memory, loaded and kept up to date by `follower`.
    let snapshot: StorefrontSnapshot
    let metrics: LedgerMetrics
    /// Requests that wait for the end of a payment.
    let waiters: PaymentWaiters
    let secrets: OrderSecret
    let keyring: Keyring
    /// The service that reads what other processes commit.
    let follower: LedgerFollower

    /// Opens the ledger and loads the catalogue and the keys.
    ///
    /// - Throws: `LedgerFailure`; the same may succeed later.
    init(_ settings: ServerSettings, logger: Logger) async throws {
        let engine = try settings.ledger.open()
        let checks = settings.ledger.checks
        let metrics = LedgerMetrics { LedgerCondition(engine.finding, checks.read()) }
        let (snapshot, waiters) = (StorefrontSnapshot(), PaymentWaiters())
        committer = try Committer(
            engine: engine,
            bounds: settings.bounds,
            observer: { batch in
                snapshot.apply(batch)
                metrics.record(batch)
                waiters.apply(batch)
            },
            onLost: { failure in
                // As in PostgreSQL (data_sync_retry=off): the next start reads the disk to find out.
                logger.critical("\(failure.debugDescription); ending, since what of it is on disk is not known")
                exit(EX_IOERR)
            }
        )
        let secret = try await committer.submit(OpenShop()).outcome
        if let words = engine.moved { throw LedgerFailure(.moved, phase: .begin, retry: .never, detail: words) }
        try settings.ledger.bind(toShopWith: secret)
        secrets = OrderSecret(shopSecret: secret)
        keyring = Keyring(tokens: CustomerToken(secrets)) { id in
            do throws(LedgerFailure) {
                return try await engine.read { (view) throws(LedgerFailure) in try view.row(APIKeyRow.self, id) }
            } catch {
                logger.warning("looking up a key: \(error.debugDescription)")
                return nil
            }
        }
        follower = LedgerFollower(
            ledger: engine,
            snapshot: snapshot,
            keyring: keyring,
            interval: .milliseconds(settings(.follow)),
            logger: logger
        )
        try await follower.load()
        self.engine = engine
        self.snapshot = snapshot
        self.metrics = metrics
        self.waiters = waiters
    }

    /// Finishes what is being committed, then closes the file.
    func close() async {
        committer.close()
        await engine.close()
    }
}
