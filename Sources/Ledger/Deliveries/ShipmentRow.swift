import JSON
import Trading

/// A shipment, with the columns for lists.
public struct ShipmentRow: LedgerRow {
    /// `shipments`, by id and so by time.
    public static let schema = TableSchema(
        "shipments",
        key: [.id("id")],
        [
            .text("carrier"), .id("order_id"), .text("state"), .flag("late"), .text("reference").orNull,
            .bytes("document"), .flag("arrived_late").added(with: "0"),
        ],
        layout: .apart,
        indexes: [
            TableIndex("shipments_by_order", on: "order_id", "id"),
            TableIndex("shipments_by_state", on: "state", "id"),
            TableIndex("shipments_by_carrier", on: "carrier", "id"),
            TableIndex("shipments_by_reference", on: "reference", where: "reference IS NOT NULL"),
            TableIndex("shipments_by_lateness", on: "late", "id"),
            TableIndex("shipments_by_late_arrival", on: "id", where: "arrived_late = 1"),
        ]
    )
    /// The document alone.
    public static let selection = schema.documentPart

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
        columns.id(shipment.id)
        columns.text(shipment.carrier)
        columns.id(shipment.order)
        columns.text(shipment.state.rawValue)
        columns.flag(shipment.isLate)
        columns.text(shipment.reference)
        columns.bytes(document)
        columns.flag(shipment.hasArrivedLate)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let document = columns.bytes(), let shipment = Shipment(document: document) else { return nil }
        self.shipment = shipment
        self.document = document
    }
}

/// Which carrier a shipment has, and no more.
public struct ShipmentCarrier: RowPart {
    /// The first columns of `shipments`.
    public static let selection = ShipmentRow.schema.selection("id", "carrier")

    /// The shipment's id.
    public let key: ID<Shipment>
    /// Its carrier.
    public let carrier: String

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = columns.id(Shipment.self), let carrier = columns.text() else { return nil }
        self.key = key
        self.carrier = carrier
    }
}
