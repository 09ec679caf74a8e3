import JSON
import Trading

/// The handling of an order's goods: its shipments, and its open returns.
///
/// It is a row of its own beside the order: placing an order writes none, and the order's progress does not change with it. It
/// contains ids only, so it cannot contradict the objects themselves.
public struct HandlingRow: LedgerRow {
    /// `order_handling`, by order.
    public static let schema = TableSchema(
        "order_handling",
        key: [.id("order_id")],
        [.bytes("document")]
    )

    /// Whose goods.
    public let key: ID<Order>
    /// All shipments of the order, in the order of their numbers.
    public var shipments: [ID<Shipment>]
    /// Open returns.
    public var returns: [ID<Return>]
    /// Units of each line that shipped without a parcel; empty where there are none.
    public var loose: [Int64]

    /// The row of an order without shipments and returns.
    public init(_ order: ID<Order>, shipments: [ID<Shipment>] = [], returns: [ID<Return>] = [], loose: [Int64] = []) {
        key = order
        self.shipments = shipments
        self.returns = returns
        self.loose = loose
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.id(key)
        var json = JSONWriter()
        json.beginObject()
        json.member("shipments", shipments.map(\.description))
        json.member("returns", returns.map(\.description))
        json.key("loose")
        json.array { json in for count in loose { json.int(count) } }
        json.endObject()
        columns.bytes(json.bytes)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let order = columns.id(Order.self), let document = columns.bytes() else { return nil }
        self.init(order)
        var json = JSONReader(document, limits: .stored)
        do {
            try read(&json)
        } catch {
            return nil
        }
    }

    private mutating func read(_ json: inout JSONReader) throws(JSONError) {
        var row = HandlingRow(key)
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "shipments":
                try json.array { (json, _) throws(JSONError) in row.shipments.append(try json.id(Shipment.self)) }
            case "returns":
                try json.array { (json, _) throws(JSONError) in row.returns.append(try json.id(Return.self)) }
            case "loose": try json.array { (json, _) throws(JSONError) in row.loose.append(try json.int64()) }
            default: try json.skip()
            }
        }
        self = row
    }
}
