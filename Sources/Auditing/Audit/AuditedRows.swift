// Rows as the auditor reads them: raw columns, each of which may be missing or invalid, because an auditor must report what a
// command would fail on. Columns that no rule needs are skipped without a copy.

import Ledger
import Trading

/// A row that is only ever read.
protocol AuditedRow: LedgerRow {}

extension AuditedRow {
    /// Never called: an audit changes nothing.
    func write(to columns: inout some ColumnWriter) {
        preconditionFailure("the auditor only reads")
    }
}

/// An object with an id and a document, and the columns between them.
struct AuditedOrder: AuditedRow {
    static let schema = OrderRow.schema
    let key: Bits128
    let state: Int64?
    let customer: Bits128?
    let reservedUntil: Int64?
    let probe: Int64?
    let document: [UInt8]
    let address: Int64?
    let buyer: Int64?
    let balance: Int64?

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        state = columns.integer()
        customer = columns.bits()
        reservedUntil = columns.integer()
        probe = columns.integer()
        _ = columns.text()
        _ = columns.text()
        document = columns.blob() ?? []
        address = columns.integer()
        buyer = columns.integer()
        balance = columns.integer()
    }
}

/// A count of units that are held unpaid.
struct AuditedUnpaidUnits: AuditedRow {
    static let schema = UnpaidUnitsRow.schema
    let key: Int64
    let units: Int64?

    init?(from columns: inout some ColumnReader) {
        key = columns.integer() ?? 0
        units = columns.integer()
    }
}

struct AuditedReturn: AuditedRow {
    static let schema = ReturnRow.schema
    let key: Bits128
    let order: Bits128?
    let stage: String?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        order = columns.bits()
        stage = columns.text()
        document = columns.blob() ?? []
    }

    /// Whether its goods came back and were credited.
    var isSettled: Bool { stage == ReturnStage.inspected.rawValue }
}

struct AuditedShipment: AuditedRow {
    static let schema = ShipmentRow.schema
    let key: Bits128
    let order: Bits128?
    let state: String?
    let carrier: String?
    let isLate: Bool
    let reference: String?
    let hasArrivedLate: Bool
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        carrier = columns.text()
        order = columns.bits()
        state = columns.text()
        isLate = columns.integer() == 1
        reference = columns.text()
        hasArrivedLate = columns.integer() == 1
        document = columns.blob() ?? []
    }
}

struct AuditedCredit: AuditedRow {
    static let schema = CreditRow.schema
    let key: Bits128
    let kind: Int64?
    let customer: Bits128?
    let order: Bits128?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        kind = columns.integer()
        customer = columns.bits()
        order = columns.bits()
        document = columns.blob() ?? []
    }
}

struct AuditedCart: AuditedRow {
    static let schema = CartRow.schema
    let key: Bits128
    let expiresAt: Int64?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        expiresAt = columns.integer()
        _ = columns.text()
        document = columns.blob() ?? []
    }
}

/// The existence of an order.
struct OrderPresence: AuditedRow {
    static let schema = TableSchema("orders", key: [Column("id", .blob)], [Column("state", .integer)])
    let key: Bits128

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
    }
}

struct AuditedPayment: AuditedRow {
    static let schema = PaymentRow.schema
    let key: Bits128
    let state: Int64?
    let provider: String?
    let reference: String?
    let due: Int64?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        state = columns.integer()
        provider = columns.text()
        reference = columns.text()
        _ = columns.text()
        due = columns.integer()
        _ = columns.integer()
        _ = columns.integer()
        document = columns.blob() ?? []
    }
}

/// A journal entry as stored, balanced or not.
struct AuditedEntry: AuditedRow {
    static let schema = JournalRow.schema
    let key: Int64
    let kind: JournalKind?
    let order: Bits128?
    let postings: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.integer() ?? 0
        _ = columns.integer()
        kind = columns.integer().flatMap(JournalKind.init)
        order = columns.bits()
        _ = columns.bits()
        _ = columns.text()
        postings = columns.blob() ?? []
    }
}

/// The existence of a payment, with its reference.
struct PaymentPresence: AuditedRow {
    static let schema = TableSchema(
        "payments",
        key: [Column("id", .blob)],
        [Column("state", .integer), Column("provider", .text), Column("reference", .text)]
    )
    let key: Bits128

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
    }
}

/// The existence of a shipment.
struct ShipmentPresence: AuditedRow {
    static let schema = TableSchema("shipments", key: [Column("id", .blob)], [Column("late", .integer)])
    let key: Bits128

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
    }
}

/// A gift card's balance in its column, and its document.
struct AuditedGiftCard: AuditedRow {
    static let schema = GiftCardRow.schema
    let key: Bits128
    let balance: Int64?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        balance = columns.integer()
        document = columns.blob() ?? []
    }
}

/// The existence of a customer.
struct CustomerPresence: AuditedRow {
    static let schema = TableSchema("customers", key: [Column("id", .blob)], [Column("email", .text)])
    let key: Bits128

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
    }
}

/// The existence of a product.
struct ProductPresence: AuditedRow {
    static let schema = TableSchema("products", key: [Column("sku", .text)], [Column("active", .integer)])
    let key: String

    init?(from columns: inout some ColumnReader) {
        key = columns.text() ?? ""
    }
}

/// The existence of a deleted product.
struct DeletedProductPresence: AuditedRow {
    static let schema = TableSchema("deleted_products", key: [Column("sku", .text)], [Column("version", .integer)])
    let key: String

    init?(from columns: inout some ColumnReader) {
        key = columns.text() ?? ""
    }
}

struct AuditedMovement: AuditedRow {
    static let schema = MovementRow.schema
    let key: Int64
    let stock: StockRow.Key
    let kind: MovementKind?
    let quantity: Int64
    let onHand: Int64
    let reserved: Int64
    let previous: Int64
    let at: Int64
    let order: Bits128?

    init?(from columns: inout some ColumnReader) {
        key = columns.integer() ?? 0
        let sku = columns.text() ?? ""
        stock = StockRow.Key(SKU(stored: sku), columns.text() ?? "")
        kind = columns.integer().flatMap(MovementKind.init)
        quantity = columns.integer() ?? 0
        onHand = columns.integer() ?? 0
        reserved = columns.integer() ?? 0
        previous = columns.integer() ?? -1
        at = columns.integer() ?? 0
        order = columns.bits()
    }
}

struct AuditedEvent: AuditedRow {
    static let schema = TableSchema(
        "events",
        key: [Column("seq", .integer)],
        [Column("at", .integer), Column("type", .integer), Column("subject", .text)]
    )
    let key: Int64
    let at: Int64
    let type: EventType?
    let subject: String

    init?(from columns: inout some ColumnReader) {
        key = columns.integer() ?? 0
        at = columns.integer() ?? 0
        type = columns.integer().flatMap(EventType.init)
        subject = columns.text() ?? ""
    }
}

struct AuditedReceipt: AuditedRow {
    static let schema = IdempotencyRow.schema
    let key: Bits128
    /// The order of the receipt, if it is one of an order: those have 16 bytes, all others are JSON.
    let order: Bits128?

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        _ = columns.integer()
        _ = columns.integer()
        order = columns.bits()
    }
}

extension LedgerView {
    /// Reads a table in the order of its key, a page at a time.
    func pages<R: LedgerRow>(
        _ type: R.Type,
        _ conditions: [Condition] = [],
        after start: R.Key? = nil,
        rows count: Int = 4096,
        _ body: ([R]) throws(LedgerFailure) -> Void
    ) throws(LedgerFailure) {
        var after = start
        while true {
            let page = try rows(RowQuery<R>(conditions, after: after, limit: count))
            guard let last = page.last else { return }
            try body(page)
            guard page.count == count else { return }
            after = last.key
        }
    }
}
