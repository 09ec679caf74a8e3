import JSON
import Trading

/// One entry of the append-only stock ledger.
///
/// Movements are numbered without gaps over the whole shop, so that they are only ever appended; those of one SKU at one
/// location form a chain through `previous`, so that their history is read without an index.
public struct MovementRow: LedgerRow, Document {
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
    public let key: Int64
    /// What moved.
    public let stock: StockRow.Key
    /// Why.
    public let kind: MovementKind
    /// Units, signed as the counters changed.
    public let quantity: Int64
    /// The counters afterwards.
    public let level: StockLevel
    /// The movement before it of the same SKU at the same location; 0 for the first.
    public let previous: Int64
    /// When.
    public let at: Timestamp
    /// The order that it belongs to, if any.
    public let order: ID<Order>?
    /// Why, in the words of whoever did it.
    public let reason: String?

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

    /// The movement as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", key)
        json.member("sku", stock.sku.description)
        json.member("location", stock.location)
        json.member("kind", kind.name)
        json.member("quantity", quantity)
        json.member("onHand", level.onHand)
        json.member("reserved", level.reserved)
        json.member("previous", previous)
        json.member("order", order)
        json.member("reason", reason)
        json.member("at", at)
        json.endObject()
    }

    /// Reads a remembered answer.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: Int64?
        var sku: SKU?
        var location = ""
        var kind: MovementKind?
        var quantity: Int64 = 0
        var onHand: Int64 = 0
        var reserved: Int64 = 0
        var previous: Int64 = 0
        var order: ID<Order>?
        var reason: String?
        var at: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.int64()
            case "sku": sku = SKU(stored: try json.string())
            case "location": location = try json.string()
            case "kind":
                let name = try json.string()
                kind = MovementKind.allCases.first { $0.name == name }
            case "quantity": quantity = try json.int64()
            case "onHand": onHand = try json.int64()
            case "reserved": reserved = try json.int64()
            case "previous": previous = try json.int64()
            case "order": order = try json.id(Order.self)
            case "reason": reason = try json.string()
            case "at": at = try json.timestamp()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            stock: StockRow.Key(try json.required(sku, "sku"), location),
            kind: try json.required(kind, "kind"),
            quantity: quantity,
            level: StockLevel(onHand: onHand, reserved: reserved),
            previous: previous,
            at: try json.required(at, "at"),
            order: order,
            reason: reason
        )
    }
}
