import Ledger
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
        var step: ErasePersonalData.Step
        repeat { step = try await pass(customer, task.epoch) } while step.erased > 0
        let next: ErasePersonalData.Next = step.open > 0 ? .waits(seconds: Self.waitSeconds) : .ends
        let end = ErasePersonalData(customer, PersonalKeys(), next: next, epoch: task.epoch)
        _ = try await shop.committer.submit(end, isPatient: true)
        return false
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
