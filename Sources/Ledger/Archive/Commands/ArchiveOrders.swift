import Trading

/// Deletes the rows of orders that a file of the archive has.
///
/// Each order is looked at once more: it leaves only if its rows still are those in the file, and it still is closed. So no change is lost,
/// whenever it was made.
package struct ArchiveOrders: Command {
    /// `archiveOrders`.
    package static let name = "archiveOrders"

    /// An order in the file.
    package struct Copied: Hashable, Sendable {
        /// The order.
        package let order: ID<Order>
        /// The hash of its rows in the file.
        package let hash: UInt64

        /// An order whose rows in the file have this hash.
        package init(order: ID<Order>, hash: UInt64) {
            self.order = order
            self.hash = hash
        }
    }

    private let file: Int64
    private let copied: [Copied]
    private let closedBefore: Timestamp

    /// Orders in a file, which leave if they have not changed since a time.
    package init(_ copied: [Copied], in file: Int64, closedBefore time: Timestamp) {
        self.copied = copied
        self.file = file
        closedBefore = time
    }

    /// The orders.
    package func prefetch(_ set: WorkingSet) {
        set.archiveFiles.want(file)
        for one in copied {
            set.orders.want(one.order)
            set.handling.want(one.order)
            set.archivedOrders.want(one.order)
        }
    }

    /// Their payments, parcels and tasks.
    package func prefetchLinked(_ set: WorkingSet) {
        for one in copied {
            for payment in set.orders.get(one.order)?.order.allPayments ?? [] { set.payments.want(payment) }
            for shipment in set.handling.get(one.order)?.shipments ?? [] {
                set.shipments.want(shipment)
                set.labels.want(shipment)
            }
        }
    }

    /// Decides which orders leave; returns them.
    package func decide(_ set: WorkingSet) throws(ArchiveRefusal) -> [ID<Order>] {
        guard var row = set.archiveFiles.get(file) else { throw .fileReplaced }
        var gone: [ID<Order>] = []
        for one in copied {
            guard var rows = OrderRows(of: one.order, in: SetSource(set: set)), rows.hash == one.hash,
                rows.isClosed(since: closedBefore), !rows.isAwaited(in: SetSource(set: set))
            else { continue }
            var deletion = RowDeletion(set: set)
            rows.tables(&deletion)
            let reference = rows.order.isProbe ? nil : rows.order.reference
            set.archivedOrders.insert(ArchivedOrderRow(one.order, file: file, reference: reference))
            gone.append(one.order)
        }
        row.added += Int64(gone.count)
        row.live += Int64(gone.count)
        if !gone.isEmpty { set.archiveFiles.put(row) }
        return gone
    }
}

/// Puts the rows of an archived order back into the hot tables.
///
/// The rows in the file no longer count from then on, and the file is written anew without them later.
package struct BringBackOrder: Command {
    /// `bringBackOrder`.
    package static let name = "bringBackOrder"

    private let rows: OrderRows
    private let file: Int64

    /// An order whose rows were read from a file.
    package init(_ rows: OrderRows, from file: Int64) {
        self.rows = rows
        self.file = file
    }

    /// Decides whether the order still is in that file.
    ///
    /// - Returns: whether it was brought back now.
    package func decide(_ set: WorkingSet) throws(Never) -> Bool {
        let order = rows.order.id
        guard set.archivedOrders.get(order)?.file == file, var row = set.archiveFiles.get(file) else { return false }
        var rows = rows
        var insertion = RowInsertion(set: set)
        rows.tables(&insertion)
        set.archivedOrders.delete(order)
        row.live -= 1
        set.archiveFiles.put(row)
        return true
    }
}

private struct RowDeletion: OrderTableVisitor {
    let set: WorkingSet

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(Never) {
        for row in rows { set[keyPath: place].delete(row.key) }
    }
}

private struct RowInsertion: OrderTableVisitor {
    let set: WorkingSet

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(Never) {
        for row in rows { set[keyPath: place].put(row) }
    }
}
