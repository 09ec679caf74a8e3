import Ledger
import ServiceLifecycle
import Trading

/// Expires unpaid orders whose reservation has ended.
///
/// It needs no claim: the command itself decides whether a reservation has ended, so a second worker changes nothing.
struct ExpiryWorker: Worker {
    let name = "expiry"
    let shop: Shop
    let interval: Duration
    /// The most orders in one commit.
    private static let batch = 200

    /// Polls every interval until the service is shut down, and again at once while there are more orders.
    func run(_ status: WorkerStatus) async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let ended = try await expire()
                status.succeeded()
                guard ended < Self.batch else { continue }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Expires the due orders; returns how many of them did expire.
    ///
    /// Cost: one read, and one batch for up to 200 orders.
    private func expire() async throws -> Int {
        let due = try await shop.ledger.read { (view) throws(LedgerFailure) in
            try view.dueOrders(.now, limit: Self.batch)
        }
        // Submitted together, so that one commit contains all of them.
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for order in due {
                group.addTask { try await shop.committer.submit(ExpireOrder(order), isPatient: true).outcome }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
