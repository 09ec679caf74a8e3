import Ledger
import OrderArchive
import Trading

/// Removes an erased customer's personal data from all records of the customer, a bounded number of orders in each transaction.
struct Erasure: Sendable {
    let shop: Shop
    /// Orders in one transaction.
    private static let batch = 50
    /// The interval at which orders that are still open are checked again, in seconds.
    private static let waitSeconds: Int64 = 900

    /// Carries out the task.
    ///
    /// If its claim has lapsed, a write is refused, and the next claim starts over.
    ///
    /// It ends with a pass that finds nothing, so data written meanwhile is found too.
    func perform(_ task: TaskRow) async throws -> Bool {
        let customer = ID<Customer>(task.key.subject)
        try await bringBackOrders(of: customer)
        var step: ErasePersonalData.Step
        repeat { step = try await pass(customer, task.epoch) } while step.erased > 0
        let isInFiles = try await !rewriteFiles()
        let next: ErasePersonalData.Next = step.open > 0 || isInFiles ? .waits(seconds: Self.waitSeconds) : .ends
        let end = ErasePersonalData(customer, PersonalKeys(), next: next, epoch: task.epoch)
        _ = try await shop.committer.submit(end, isPatient: true)
        return false
    }

    /// Brings the customer's archived orders back, so that they are erased as all others; while the task stands, none is archived.
    private func bringBackOrders(of customer: ID<Customer>) async throws {
        guard let archiver = shop.archiver, let whole = shop.whole.ledger as? WholeLedger else { return }
        for order in try await whole.archivedOrders(of: customer) { _ = try await archiver.bringBack(order) }
    }

    /// Writes the archive's files anew that orders have left, among them those with the customer's data.
    ///
    /// - Returns: whether that is done; it is not while another process changes the archive.
    private func rewriteFiles() async throws -> Bool {
        do {
            _ = try await shop.archiver?.rewrite()
            return true
        } catch is OrderArchiver.Stop {
            return false
        }
    }

    /// One pass over all records.
    private func pass(_ customer: ID<Customer>, _ epoch: Int64) async throws -> ErasePersonalData.Step {
        let own = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.records(of: customer).keys }
        var sum = try await erase(own, of: customer, epoch)
        var after: ID<Order>?
        repeat {
            let cursor = after
            let keys = try await shop.ledger.read { (view) throws(LedgerFailure) in
                try view.keys(ofOrdersOf: customer, after: cursor, limit: Self.batch)
            }
            let step = try await erase(keys, of: customer, epoch)
            sum.erased += step.erased
            sum.open += step.open
            after = keys.orders.count == Self.batch ? keys.orders.last : nil
        } while after != nil
        return sum
    }

    private func erase(
        _ keys: PersonalKeys,
        of customer: ID<Customer>,
        _ epoch: Int64
    ) async throws -> ErasePersonalData.Step {
        let command = ErasePersonalData(customer, keys, next: .goesOn, epoch: epoch)
        return try await shop.committer.submit(command, isPatient: true).outcome
    }
}

extension LedgerView {
    fileprivate func keys(
        ofOrdersOf customer: ID<Customer>,
        after: ID<Order>?,
        limit: Int
    ) throws(LedgerFailure) -> PersonalKeys {
        let own = Condition("customer", .equal, .bits(customer.bits))
        let orders = try rows(RowQuery<OrderRow>([own], after: after, limit: limit))
        var records = PersonalRecords()
        for row in orders { records.add(try self.records(of: row.order)) }
        var keys = records.keys
        keys.orders = orders.map(\.key)
        return keys
    }
}
