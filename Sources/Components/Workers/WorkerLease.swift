// What only one process may do at a time is done under a lease. A process that drains lets go of it; one that died leaves it to run out.

import Foundation
import Ledger
import Logging
import Trading

/// One worker's claim on a job that only one process may do.
struct WorkerLease: Sendable {
    private let name: String
    private let shop: Shop
    private let logger: Logger
    /// Fresh for each incarnation of a worker.
    private let holder = UUID().uuidString

    /// How soon a lease that another holds is looked at again: it may be let go at any time.
    static let lookAgain = Duration.seconds(5)

    init(_ name: String, shop: Shop, logger: Logger) {
        self.name = name
        self.shop = shop
        self.logger = logger
    }

    /// Takes or renews it.
    ///
    /// Cost: a read where another holds it, a commit otherwise.
    ///
    /// - Returns: nil where it is held now, or after how long to look again.
    func acquire(for time: Duration) async throws -> Duration? {
        let name = name
        let row = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.row(LeaseRow.self, name) }
        if let row, row.holder != holder, row.expiresAt > .now { return Self.lookAgain }
        do throws(CommitError<LeaseRefusal>) {
            _ = try await shop.committer.submit(
                AcquireLease(name, holder: holder, seconds: time.components.seconds)
            )
            return nil
        } catch {
            if case .refused = error { return Self.lookAgain }
            throw error
        }
    }

    /// Lets go of it; without an effect where it is not held.
    func release() async {
        do {
            if try await shop.committer.submit(ReleaseLease(name, holder: holder)).outcome {
                logger.info("the lease of \(name) is let go")
            }
        } catch {
            // It runs out by itself; only the next holder has to wait for that.
            logger.warning("the lease of \(name) is kept: \(String(reflecting: error))")
        }
    }
}
