import Ledger
import Logging
import ServiceLifecycle
import Trading

/// Does what is due: looks for due tasks, claims them, does them.
///
/// Any worker of any process may claim any task; a claim that
/// lapsed is fenced off by its epoch.
public struct TaskWorker: Service {
    private let shop: Shop
    private let interval: Duration
    private let logger: Logger
    /// The most tasks of one round.
    private static let batch = 200
    /// For how long a claim holds, in seconds.
    private static let claimSeconds: Int64 = 30
    /// Orders of one step of an erasure.
    private static let eraseBatch = 100

    /// A worker of a shop.
    public init(shop: Shop, interval: Duration, logger: Logger) {
        self.shop = shop
        self.interval = interval
        self.logger = logger
    }

    /// Works until the service is shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var isBusy = false
                do {
                    isBusy = try await round()
                } catch {
                    logger.warning("tasks: \(String(reflecting: error))")
                }
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                if !isBusy { try? await Task.sleep(for: interval) }
            }
        }
    }

    /// One look for what is due; whether there may be more at once.
    func round() async throws -> Bool {
        let hasMoreOrders = try await expireOrders()
        let hasMoreTasks = try await performTasks()
        return hasMoreOrders || hasMoreTasks
    }

    /// Ends reservations that are over.
    private func expireOrders() async throws -> Bool {
        let due = try await shop.ledger.read { (view) throws(LedgerFailure) in
            try view.dueOrders(.now, limit: Self.batch)
        }
        // Submitted together, so that one commit serves them all.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in due {
                group.addTask { _ = try await shop.committer.submit(ExpireOrder(order)) }
            }
            try await group.waitForAll()
        }
        return due.count == Self.batch
    }

    private func performTasks() async throws -> Bool {
        let due = try await shop.ledger.read { (view) throws(LedgerFailure) in
            try view.dueTasks(.now, limit: Self.batch)
        }
        guard !due.isEmpty else { return false }
        let claimed = try await shop.committer.submit(ClaimTasks(due.map(\.key), seconds: Self.claimSeconds)).outcome
        // Submitted together, so that one commit serves them all.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in claimed {
                group.addTask { try await perform(task) }
            }
            try await group.waitForAll()
        }
        return due.count == Self.batch
    }

    private func perform(_ task: TaskRow) async throws {
        do {
            switch task.key.kind {
            case .eraseOrders:
                try await eraseOrders(of: ID(task.key.subject), epoch: task.epoch)
            }
        } catch CommitError<TaskRefusal>.refused(.lapsed) {
            logger.info("task \(task.key.kind.name): another worker has it")
        }
    }

    private func eraseOrders(of customer: ID<Customer>, epoch: Int64) async throws {
        var after: ID<Order>?
        while true {
            let cursor = after
            let orders = try await shop.ledger.read { (view) throws(LedgerFailure) in
                try view.rows(
                    RowQuery<OrderRow>(
                        [Condition("customer", .equal, .bits(customer.bits))],
                        after: cursor,
                        limit: Self.eraseBatch
                    )
                ).map(\.key)
            }
            let isLast = orders.count < Self.eraseBatch
            _ = try await shop.committer.submit(
                EraseOrders(customer: customer, orders: orders, isLast: isLast, epoch: epoch)
            )
            if isLast { return }
            after = orders.last
        }
    }
}
