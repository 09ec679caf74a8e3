// A job that only one process may do at a time runs under a lease. A process that shuts down releases it; the lease of a dead
// process expires.

import Foundation
import Ledger
import Logging
import Trading

/// One worker's claim on a job that only one process may do.
struct WorkerLease: Sendable {
    private let name: String
    private let shop: Shop
    private let logger: Logger
    /// New for each instance of a worker.
    private let holder = UUID().uuidString

    /// How soon a lease of another holder is checked again: it may be released at any time.
    static let lookAgain = Duration.seconds(5)

    init(_ name: String, shop: Shop, logger: Logger) {
        self.name = name
        self.shop = shop
        self.logger = logger
    }

    /// Takes or renews the lease.
    ///
    /// Cost: a read where another holder has it, a commit otherwise.
    ///
    /// - Returns: nil where this worker holds it now, otherwise how long to wait before checking again.
    /// - Throws: the failure of the read or commit; it may be tried again.
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

    /// Releases the lease; no effect where it is not held.
    func release() async {
        do {
            if try await shop.committer.submit(ReleaseLease(name, holder: holder)).outcome {
                logger.info("the lease of \(name) is let go")
            }
        } catch {
            // The lease expires by itself; only the next holder has to wait for that.
            logger.warning("the lease of \(name) is kept: \(String(reflecting: error))")
        }
    }
}
