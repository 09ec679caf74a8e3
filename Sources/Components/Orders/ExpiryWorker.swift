import Ledger
import ServiceLifecycle
import Trading

/// Ends the reservations of unpaid orders whose time is over.
///
/// It claims nothing: whether a reservation is over is decided in the commit that ends it, so a second worker only finds that done.
struct ExpiryWorker: Worker {
    let name = "expiry"
    let shop: Shop
    let interval: Duration
    /// The most orders that one commit ends.
    private static let batch = 200

    /// Looks every interval until the service is shut down, and again at once while there is more to end.
    func run(_ status: WorkerStatus) async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let ended = try await expire()
                status.succeeded()
                guard ended < Self.batch else { continue }
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Ends what is due; how many orders that were.
    private func expire() async throws -> Int {
        let due = try await shop.ledger.read { (view) throws(LedgerFailure) in
            try view.dueOrders(.now, limit: Self.batch)
        }
        // Submitted together, so that one commit serves them all.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in due {
                group.addTask { _ = try await shop.committer.submit(ExpireOrder(order), isPatient: true) }
            }
            try await group.waitForAll()
        }
        return due.count
    }
}
