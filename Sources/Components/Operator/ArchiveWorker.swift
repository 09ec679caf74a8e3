// Moves closed orders into files once a day or as often as the settings say, while the shop is open. Only one process of the shop does it at a
// time: the archiver's lease says which. The audit of the whole ledger, which `tradewind archive` makes before and after, would hold one
// snapshot for as long as it takes, and the log would grow meanwhile; here each file is read back instead before anything is deleted, and
// compared with the ledger afterwards. The daily verification of the backups audits the whole, files included.

import Ledger
import Logging
import OrderArchive
import ServiceLifecycle
import Trading

/// Archives closed orders on a schedule.
struct ArchiveWorker: Worker {
    /// `order-archiver`.
    let name = "order-archiver"
    private let shop: Shop
    private let archiver: OrderArchiver
    private let schedule: ArchiveSchedule
    private let logger: Logger
    /// How often it is looked whether a run is due.
    private static let look = Duration.seconds(60)
    /// The pause after a failure.
    private static let again = Duration.seconds(600)
    /// Orders in a file: what a run copies, and loses where it ends early, before any of them leave the hot tables.
    private static let fileOrders = 20_000
    /// For each second of work, so many of rest.
    private static let rest = 3
    private static let restMost = Duration.seconds(5)
    /// A clock that was ahead by more than this when a run was recorded was wrong.
    private static let clockTolerance: Int64 = 5000

    /// A worker of a shop; nil for a shop that has no archive, or archives nothing by itself.
    init?(shop: Shop, logger: Logger) {
        guard let schedule = shop.settings.archiving, var archiver = shop.archiver else { return nil }
        archiver.bounds.orders = Self.fileOrders
        archiver.rest = { took in try await Task.sleep(for: min(took * Self.rest, Self.restMost)) }
        self.shop = shop
        self.archiver = archiver
        self.schedule = schedule
        self.logger = logger
    }

    /// Works until the service is shut down; a run under way ends between two of its steps.
    func run(_ status: WorkerStatus) async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Self.look
                do {
                    _ = try await round(now: .now)
                    status.succeeded()
                } catch is CancellationError {
                    return
                } catch {
                    pause = Self.again
                    logger.error("closed orders are not archived: \(String(reflecting: error))")
                }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Archives if that is due and no other process does it; returns what was done.
    ///
    /// - Throws: a failure; what was done until then holds, and the next round goes on.
    @discardableResult
    func round(now: Timestamp) async throws -> OrderArchiver.Outcome? {
        let last = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.lastArchiveRun() }
        guard isDue(last, now) else { return nil }
        let time = now.adding(seconds: -schedule.afterSeconds)
        do {
            let outcome = try await IdleThread.run { [archiver] in try await archiver.run(closedBefore: time) }
            logger.notice(
                "closed orders were archived",
                metadata: [
                    "orders": "\(outcome.archived)", "files": "\(outcome.files)", "bytes": "\(outcome.bytes)",
                    "changedMeanwhile": "\(outcome.changed)",
                ]
            )
            return outcome
        } catch is OrderArchiver.Stop {
            return nil
        }
    }

    private func isDue(_ last: ArchiveRun?, _ now: Timestamp) -> Bool {
        guard let last else { return true }
        let age = now.milliseconds - last.at.milliseconds
        return age < -Self.clockTolerance || age >= schedule.intervalSeconds * 1000
    }
}
