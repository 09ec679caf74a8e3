// Rows as the auditor reads them: the columns that a rule needs, each of which may be missing or invalid, because an
// auditor must report what a command would fail on.

import Ledger
import Trading

/// An object with an id and a document, and the columns between them.
struct AuditedOrder: RowPart {
    static let selection = OrderRow.schema.selection(
        "id",
        "state",
        "customer",
        "reserved_until",
        "probe",
        "document",
        "address",
        "buyer",
        "balance"
    )
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
        document = columns.bytes() ?? []
        address = columns.integer()
        buyer = columns.integer()
        balance = columns.integer()
    }
}

/// A count of units that are held unpaid.
struct AuditedUnpaidUnits: RowPart {
    static let selection = UnpaidUnitsRow.schema.selection("digest", "units")
    let key: Int64
    let units: Int64?

    init?(from columns: inout some ColumnReader) {
        key = columns.integer() ?? 0
        units = columns.integer()
    }
}

struct AuditedReturn: RowPart {
    static let selection = ReturnRow.schema.selection("id", "order_id", "stage", "document")
    let key: Bits128
    let order: Bits128?
    let stage: String?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        order = columns.bits()
        stage = columns.text()
        document = columns.bytes() ?? []
    }

    /// Whether its goods came back and were credited.
    var isSettled: Bool { stage == ReturnStage.inspected.rawValue }
}

struct AuditedShipment: RowPart {
    static let selection = ShipmentRow.schema.selection(
        "id",
        "carrier",
        "order_id",
        "state",
        "late",
        "reference",
        "arrived_late",
        "document"
    )
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
        document = columns.bytes() ?? []
    }
}

struct AuditedCredit: RowPart {
    static let selection = CreditRow.schema.selection("id", "kind", "customer", "order_id", "document")
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
        document = columns.bytes() ?? []
    }
}

struct AuditedCart: RowPart {
    static let selection = CartRow.schema.selection("id", "expires_at", "document")
    let key: Bits128
    let expiresAt: Int64?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        expiresAt = columns.integer()
        document = columns.bytes() ?? []
    }
}

struct AuditedPayment: RowPart {
    static let selection = PaymentRow.schema.selection("id", "state", "provider", "reference", "due", "document")
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
        due = columns.integer()
        document = columns.bytes() ?? []
    }
}

/// A journal entry as stored, balanced or not.
struct AuditedEntry: RowPart {
    static let selection = JournalRow.schema.selection("number", "kind", "order_id", "postings")
    let key: Int64
    let kind: JournalKind?
    let order: Bits128?
    let postings: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.integer() ?? 0
        kind = columns.integer().flatMap(JournalKind.init)
        order = columns.bits()
        postings = columns.bytes() ?? []
    }
}

/// A gift card's balance in its column, and its document.
struct AuditedGiftCard: RowPart {
    static let selection = GiftCardRow.schema.selection("id", "balance", "document")
    let key: Bits128
    let balance: Int64?
    let document: [UInt8]

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        balance = columns.integer()
        document = columns.bytes() ?? []
    }
}

struct AuditedMovement: RowPart {
    static let selection = MovementRow.schema.selection(
        "id",
        "sku",
        "location",
        "kind",
        "quantity",
        "on_hand",
        "reserved",
        "previous",
        "at",
        "reference"
    )
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

struct AuditedEvent: RowPart {
    static let selection = EventRow.schema.selection("seq", "at", "type", "subject")
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

struct AuditedReceipt: RowPart {
    static let selection = IdempotencyRow.schema.selection("key", "receipt")
    let key: Bits128
    /// The order of the receipt, if it is one of an order: those have 16 bytes, all others are JSON.
    let order: Bits128?

    init?(from columns: inout some ColumnReader) {
        key = columns.bits() ?? Bits128(high: 0, low: 0)
        order = columns.bits()
    }
}

extension LedgerView {
    /// Reads a table in the order of its key, a page at a time.
    func pages<R: RowPart>(
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
