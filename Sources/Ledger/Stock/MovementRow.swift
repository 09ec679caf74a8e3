import JSON
import Trading

/// One entry of the append-only stock ledger.
///
/// Movements are numbered without gaps over the whole shop, so that they are only ever appended; those of one SKU at one location
/// form a chain through `previous`, so that their history is read without an index.
public struct MovementRow: LedgerRow, ListedDocument {
    /// `movements`, by number.
    public static let schema = TableSchema(
        "movements",
        key: [.integer("id")],
        [
            .text("sku"), .text("location"), .integer("kind"), .integer("quantity"), .integer("on_hand"),
            .integer("reserved"), .integer("previous"), .time("at"), .id("reference").orNull, .text("reason").orNull,
        ],
        layout: .apart
    )

    /// Its number, from 1.
    public internal(set) var key: Int64
    /// The SKU and the location.
    public internal(set) var stock: StockRow.Key
    /// The kind.
    public internal(set) var kind: MovementKind
    /// Units, signed as the counters changed.
    public internal(set) var quantity: Int64
    /// The counters after it.
    public internal(set) var level: StockLevel
    /// The previous movement of the same SKU at the same location; 0 for the first.
    public internal(set) var previous: Int64
    /// When.
    public internal(set) var at: Timestamp
    /// The order that it belongs to, if any.
    public internal(set) var order: ID<Order>?
    /// The reason, as the user gave it.
    public internal(set) var reason: String?

    init(
        id: Int64,
        stock: StockRow.Key,
        kind: MovementKind,
        quantity: Int64,
        level: StockLevel,
        previous: Int64,
        at: Timestamp,
        order: ID<Order>?,
        reason: String?
    ) {
        key = id
        self.stock = stock
        self.kind = kind
        self.quantity = quantity
        self.level = level
        self.previous = previous
        self.at = at
        self.order = order
        self.reason = reason
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.integer(key)
        stock.write(to: &columns)
        columns.integer(kind.rawValue)
        columns.integer(quantity)
        columns.integer(level.onHand)
        columns.integer(level.reserved)
        columns.integer(previous)
        columns.time(at)
        columns.id(order)
        columns.text(reason)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let id = columns.integer(), let stock = StockRow.Key(from: &columns),
            let kind = columns.integer().flatMap(MovementKind.init), let quantity = columns.integer(),
            let onHand = columns.integer(), let reserved = columns.integer(), let previous = columns.integer(),
            let at = columns.time()
        else { return nil }
        self.init(
            id: id,
            stock: stock,
            kind: kind,
            quantity: quantity,
            level: StockLevel(onHand: onHand, reserved: reserved),
            previous: previous,
            at: at,
            order: columns.id(),
            reason: columns.text()
        )
    }

    package static var blank: MovementRow {
        MovementRow(
            id: 0,
            stock: StockRow.Key(.blank, ""),
            kind: .blank,
            quantity: 0,
            level: StockLevel(onHand: 0, reserved: 0),
            previous: 0,
            at: .blank,
            order: nil,
            reason: nil
        )
    }

    /// The movement as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &key, .integer(from: 1, example: 1042))
        try visit.member("sku", stock.sku) { stock = StockRow.Key($0, stock.location) }
        try visit.member("location", stock.location, .example("main")) { stock = StockRow.Key(stock.sku, $0) }
        try visit.member("kind", &kind, .example("received"))
        try visit.member("quantity", &quantity, .integer(example: 100, "Units, signed as the counter changed."))
        try visit.member("onHand", level.onHand, .integer(from: 0, example: 100, "Units on hand afterwards.")) {
            level = StockLevel(onHand: $0, reserved: level.reserved)
        }
        try visit.member("reserved", level.reserved, .integer(from: 0, example: 0, "Units reserved afterwards.")) {
            level = StockLevel(onHand: level.onHand, reserved: $0)
        }
        try visit.member(
            "previous",
            &previous,
            .integer(
                from: 0,
                example: 0,
                "The movement before it, of the same SKU at the same location; 0 for the first."
            )
        )
        try visit.member("order", &order, "The order that it belongs to.")
        try visit.member("reason", &reason, .example("delivery 4711"))
        try visit.member("at", &at)
    }
}

extension MovementKind: NamedValue {}
