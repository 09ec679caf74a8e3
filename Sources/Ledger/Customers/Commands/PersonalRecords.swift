// The places of a customer's data. A new table with personal data must be added here: the erasure, the export and the test that
// searches every table for a person's data depend on it.

import Trading

extension LedgerView {
    /// All rows that match a condition, page by page.
    public func allRows<R: RowPart>(_ type: R.Type, _ condition: Condition) throws(LedgerFailure) -> [R] {
        var result: [R] = []
        var after: R.Key?
        repeat {
            let page = try rows(RowQuery<R>([condition], after: after, limit: 1000))
            result += page
            after = page.count == 1000 ? page.last?.key : nil
        } while after != nil
        return result
    }

    /// A customer's records outside orders.
    public func records(of customer: ID<Customer>) throws(LedgerFailure) -> PersonalRecords {
        let own = Condition("customer", .equal, .bits(customer.bits))
        var records = PersonalRecords()
        records.credits = try allRows(CreditRow.self, own)
        records.carts = try allRows(CartRow.self, Condition("customer", .equal, .text(customer.description)))
        records.storeCredits = try allRows(StoreCreditRow.self, own)
        // The journal has no column of customers: it is only scanned if there is something to find.
        if !records.storeCredits.isEmpty {
            let granted = Condition("kind", .equal, .integer(JournalKind.storeCreditGranted.rawValue))
            records.entries = try allRows(JournalRow.self, granted).filter { row in
                row.entry.note?.hasPrefix(customer.description) == true
            }
        }
        records.receipts = try receipts(about: customer.bits)
        return records
    }

    /// The records of an order: its payments, parcels and returns.
    public func records(of order: Order) throws(LedgerFailure) -> PersonalRecords {
        let own = Condition("order_id", .equal, .bits(order.id.bits))
        var records = PersonalRecords()
        for id in order.allPayments {
            if let row = try row(PaymentRow.self, id) { records.payments.append(row) }
        }
        records.returns = try allRows(ReturnRow.self, own)
        records.credits = try allRows(CreditRow.self, own)
        records.shipments = try allRows(ShipmentRow.self, own)
        for parcel in records.shipments {
            if let row = try row(LabelRow.self, parcel.key) { records.labels.append(row) }
        }
        records.receipts = try receipts(about: order.id.bits)
        return records
    }

    private func receipts(about person: Bits128) throws(LedgerFailure) -> [IdempotencyRow] {
        try allRows(IdempotencyRow.self, Condition("person", .equal, .bits(person)))
    }
}

/// Records of a person, or of an order.
public struct PersonalRecords: Sendable {
    /// Attempts to pay.
    public var payments: [PaymentRow] = []
    /// Returns, including open ones.
    public var returns: [ReturnRow] = []
    /// Credits.
    public var credits: [CreditRow] = []
    /// Carts.
    public var carts: [CartRow] = []
    /// Parcels.
    public var shipments: [ShipmentRow] = []
    /// Labels of the parcels.
    public var labels: [LabelRow] = []
    /// Store credit.
    public var storeCredits: [StoreCreditRow] = []
    /// Journal entries whose note names the customer.
    public var entries: [JournalRow] = []
    /// Receipts of requests.
    public var receipts: [IdempotencyRow] = []

    /// No records.
    public init() {}

    /// Adds other records; a credit of a customer's order occurs in both and is added once.
    public mutating func add(_ other: PersonalRecords) {
        payments += other.payments
        returns += other.returns
        let known = Set(credits.map(\.key))
        credits += other.credits.filter { !known.contains($0.key) }
        carts += other.carts
        shipments += other.shipments
        labels += other.labels
        storeCredits += other.storeCredits
        entries += other.entries
        receipts += other.receipts
    }

    /// The keys for an erasure.
    public var keys: PersonalKeys {
        PersonalKeys(
            returns: returns.map(\.key),
            credits: credits.map(\.key),
            carts: carts.map(\.key),
            entries: entries.map(\.key),
            receipts: receipts.map(\.key)
        )
    }
}
