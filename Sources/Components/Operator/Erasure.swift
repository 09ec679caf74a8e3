import Ledger
import Trading

/// Removes an erased customer's personal data from the customer's orders, a bounded number of them at a time.
struct Erasure: Sendable {
    let shop: Shop
    /// Orders of one step.
    private static let batch = 100

    /// Does the task; a claim that lapsed on the way is refused, and the next one starts over.
    func perform(_ task: TaskRow) async throws -> Bool {
        let customer = ID<Customer>(task.key.subject)
        var after: ID<Order>?
        while true {
            let cursor = after
            let orders = try await shop.ledger.read { (view) throws(LedgerFailure) in
                try view.rows(
                    RowQuery<OrderRow>(
                        [Condition("customer", .equal, .bits(customer.bits))],
                        after: cursor,
                        limit: Self.batch
                    )
                ).map(\.key)
            }
            let isLast = orders.count < Self.batch
            _ = try await shop.committer.submit(
                EraseOrders(customer: customer, orders: orders, isLast: isLast, epoch: task.epoch)
            )
            if isLast { return false }
            after = orders.last
        }
    }
}
