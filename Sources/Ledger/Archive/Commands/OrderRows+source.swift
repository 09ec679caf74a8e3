// The rows of an order are gathered in one way, from a snapshot and within a transaction, so that what was archived can be compared with what
// is to be deleted.

import Trading

/// Where the rows of an order are read.
package protocol OrderSource {
    /// What it throws.
    associatedtype Failure: Error
    /// The row with a key, of this table of a working set.
    func row<R: LedgerRow>(_ place: KeyPath<WorkingSet, Rows<R>>, _ key: R.Key) throws(Failure) -> R?
    /// All rows whose column has a value, by key.
    func rows<R: LedgerRow>(_ place: KeyPath<WorkingSet, Rows<R>>, of order: ID<Order>) throws(Failure) -> [R]
}

extension OrderRows {
    /// Gathers the rows of an order; nil where there is none.
    ///
    /// Cost: a look-up by key for each row, and three by order.
    package init?<Source: OrderSource>(of id: ID<Order>, in source: Source) throws(Source.Failure) {
        guard let order = try source.row(\.orders, id) else { return nil }
        orders = [order]
        if let row = try source.row(\.handling, id) { handling = [row] }
        for payment in order.order.allPayments {
            if let row = try source.row(\.payments, payment) { payments.append(row) }
        }
        shipments = try source.rows(\.shipments, of: id)
        for shipment in shipments {
            if let row = try source.row(\.labels, shipment.key) { labels.append(row) }
        }
        returns = try source.rows(\.returns, of: id)
        credits = try source.rows(\.credits, of: id)
    }
}

/// A snapshot, as a source of an order's rows.
package struct ViewSource: OrderSource {
    private let view: any LedgerView

    /// Reads from a snapshot.
    package init(_ view: any LedgerView) {
        self.view = view
    }

    /// The row with a key.
    package func row<R: LedgerRow>(
        _ place: KeyPath<WorkingSet, Rows<R>>,
        _ key: R.Key
    ) throws(LedgerFailure) -> R? {
        try view.row(R.self, key)
    }

    /// The rows of an order.
    package func rows<R: LedgerRow>(
        _ place: KeyPath<WorkingSet, Rows<R>>,
        of order: ID<Order>
    ) throws(LedgerFailure) -> [R] {
        try view.allRows(R.self, .ofOrder(order))
    }
}

/// A working set, as a source of an order's rows.
struct SetSource: OrderSource {
    let set: WorkingSet

    func row<R: LedgerRow>(_ place: KeyPath<WorkingSet, Rows<R>>, _ key: R.Key) throws(Never) -> R? {
        set[keyPath: place].get(key)
    }

    func rows<R: LedgerRow>(_ place: KeyPath<WorkingSet, Rows<R>>, of order: ID<Order>) throws(Never) -> [R] {
        set[keyPath: place].all(.ofOrder(order))
    }
}

extension Condition {
    /// That a row belongs to an order.
    package static func ofOrder(_ order: ID<Order>) -> Condition {
        Condition("order_id", .equal, .bits(order.bits))
    }
}
