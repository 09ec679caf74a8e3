// The rows that belong to one order alone, and so leave the hot tables with it. They are listed once, in `tables`. Entries of the journal
// and movements of stock stay: their numbers have no gaps, and their sums are balances and counters. Events and receipts have their own
// retention, and what belongs to a customer or to the whole shop stays too.

import Bytes
import Trading

/// All rows of an order that are archived together.
package struct OrderRows: Sendable {
    /// The order; exactly one.
    package var orders: [OrderRow] = []
    /// Its parcels and open returns; at most one.
    package var handling: [HandlingRow] = []
    /// Its payments.
    package var payments: [PaymentRow] = []
    /// Its parcels.
    package var shipments: [ShipmentRow] = []
    /// The labels of the parcels.
    package var labels: [LabelRow] = []
    /// Its returns.
    package var returns: [ReturnRow] = []
    /// Its credits.
    package var credits: [CreditRow] = []

    /// No rows.
    package init() {}

    /// Goes through the tables; the order of the calls is that of the rows in a file.
    package mutating func tables<Visitor: OrderTableVisitor>(_ visit: inout Visitor) throws(Visitor.Failure) {
        try visit.table(&orders, \.orders)
        try visit.table(&handling, \.handling)
        try visit.table(&payments, \.payments)
        try visit.table(&shipments, \.shipments)
        try visit.table(&labels, \.labels)
        try visit.table(&returns, \.returns)
        try visit.table(&credits, \.credits)
    }

    /// The descriptions of these tables, in the order of ``tables(_:)``.
    package static let schemas: [TableSchema] = {
        var schemas = SchemaList()
        var rows = OrderRows()
        rows.tables(&schemas)
        return schemas.list
    }()

    /// The order.
    package var order: Order { orders[0].order }

    /// The columns of every row, with its table's place in ``schemas``.
    package var columns: [(table: Int, columns: RowColumns)] {
        var list = ColumnList()
        var rows = self
        rows.tables(&list)
        return list.rows
    }

    /// The rows with these columns; nil where one is not a valid row, or they are not those of one order.
    package init?(columns: [(table: Int, columns: RowColumns)]) {
        self.init()
        var decoding = RowDecoding(rows: columns)
        do throws(LedgerFailure) {
            try tables(&decoding)
        } catch {
            return nil
        }
        guard orders.count == 1, handling.count <= 1 else { return nil }
    }

    /// A hash of all columns of all rows, to tell whether one has changed; not collision-resistant.
    package var hash: UInt64 {
        var hash = FNV1a()
        for (table, columns) in columns { columns.add(to: &hash, table: table) }
        return hash.value
    }
}

/// What goes through the tables of an order's rows.
package protocol OrderTableVisitor {
    /// What it throws.
    associatedtype Failure: Error
    /// Takes or changes the rows of one table, which is this one of a working set.
    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(Failure)
}

private struct SchemaList: OrderTableVisitor {
    var list: [TableSchema] = []

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(Never) {
        list.append(R.schema)
    }
}

private struct ColumnList: OrderTableVisitor {
    var rows: [(table: Int, columns: RowColumns)] = []
    private var table = 0

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(Never) {
        for row in rows { self.rows.append((table, RowColumns(row))) }
        table += 1
    }
}

private struct RowDecoding: OrderTableVisitor {
    let rows: [(table: Int, columns: RowColumns)]
    var table = 0

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(LedgerFailure) {
        for row in self.rows where row.table == table {
            guard let decoded = row.columns.part(R.self) else {
                throw LedgerFailure(
                    .corrupt,
                    phase: .load,
                    retry: .never,
                    detail: "an archived row of \(R.schema.name)"
                )
            }
            rows.append(decoded)
        }
        table += 1
    }
}

extension RowColumns {
    /// Adds each value with its kind and its length, so that different rows give different input.
    package func add(to hash: inout FNV1a, table: Int) {
        hash.add([UInt8(truncatingIfNeeded: table)])
        for value in values {
            switch value {
            case .null: hash.add([0])
            case .integer(let number):
                hash.add([1])
                withUnsafeBytes(of: number.littleEndian) { hash.add($0) }
            case .text(let range): add(2, range, to: &hash)
            case .blob(let range): add(3, range, to: &hash)
            }
        }
    }

    private func add(_ kind: UInt8, _ range: Range<Int>, to hash: inout FNV1a) {
        hash.add([kind])
        withUnsafeBytes(of: Int64(range.count).littleEndian) { hash.add($0) }
        hash.add(bytes[range])
    }
}
