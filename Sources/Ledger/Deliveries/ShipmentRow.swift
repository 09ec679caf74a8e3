import JSON
import Trading

/// A shipment, with the columns by which shipments are listed.
public struct ShipmentRow: LedgerRow {
    /// `shipments`, by id and so by time; indexed by order, by state, by carrier, by carrier's reference, and where late or arrived late.
    public static let schema = TableSchema(
        "shipments",
        key: [Column("id", .blob)],
        [
            Column("carrier", .text), Column("order_id", .blob), Column("state", .text), Column("late", .integer),
            Column("reference", .text), Column("arrived_late", .integer), Column("document", .blob),
        ]
    )

    /// The shipment.
    public let shipment: Shipment
    /// Its JSON: what the API answers.
    public let document: [UInt8]

    /// The row of a shipment; serialises it.
    public init(_ shipment: Shipment) {
        self.shipment = shipment
        document = shipment.document
    }

    /// Its id.
    public var key: ID<Shipment> { shipment.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(shipment.id.bits)
        columns.text(shipment.carrier)
        columns.bits(shipment.order.bits)
        columns.text(shipment.state.rawValue)
        columns.integer(shipment.isLate ? 1 : 0)
        columns.text(shipment.reference)
        columns.integer(shipment.hasArrivedLate ? 1 : 0)
        columns.blob(document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.text()
        _ = columns.bits()
        _ = columns.text()
        _ = columns.integer()
        _ = columns.text()
        _ = columns.integer()
        guard let document = columns.blob(), let shipment = Shipment(document: document) else { return nil }
        self.shipment = shipment
        self.document = document
    }
}
