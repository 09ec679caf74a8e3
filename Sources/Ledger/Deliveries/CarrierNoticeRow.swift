import JSON
import Trading

/// A carrier's webhook that was taken: what tells a repeat.
public struct CarrierNoticeRow: LedgerRow {
    /// Which carrier's which event.
    public struct Key: RowKey {
        /// The carrier.
        public let carrier: String
        /// The carrier's id of the event.
        public let event: String

        /// A carrier's event.
        public init(_ carrier: String, _ event: String) {
            self.carrier = carrier
            self.event = event
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.text(carrier)
            columns.text(event)
        }

        /// By carrier, then by event.
        public static func < (lhs: Key, rhs: Key) -> Bool {
            (lhs.carrier, lhs.event) < (rhs.carrier, rhs.event)
        }
    }

    /// `carrier_notices`, by carrier and event.
    public static let schema = TableSchema(
        "carrier_notices",
        key: [Column("carrier", .text), Column("event", .text)],
        [Column("at", .integer), Column("type", .text), Column("shipment", .blob)]
    )

    /// Which carrier's which event.
    public let key: Key
    /// When it came.
    public let at: Timestamp
    /// What it said, in the carrier's words.
    public let type: String
    /// The parcel that it is about, where that is known.
    public let shipment: ID<Shipment>?

    /// The row of a webhook.
    public init(_ key: Key, at: Timestamp, type: String, shipment: ID<Shipment>?) {
        self.key = key
        self.at = at
        self.type = type
        self.shipment = shipment
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(at.milliseconds)
        columns.text(type)
        columns.bits(shipment?.bits)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let carrier = columns.text(), let event = columns.text(), let at = columns.integer(),
            let type = columns.text()
        else { return nil }
        self.init(
            Key(carrier, event),
            at: Timestamp(milliseconds: at),
            type: type,
            shipment: columns.bits().map { ID($0) }
        )
    }
}

/// Which carrier a shipment has, and no more: read without the document.
public struct ShipmentCarrierRow: LedgerRow {
    /// The first columns of `shipments`; only ever read.
    public static let schema = TableSchema("shipments", key: [Column("id", .blob)], [Column("carrier", .text)])

    /// The shipment's id.
    public let key: ID<Shipment>
    /// Its carrier.
    public let carrier: String

    /// Never called: a part of a row is not written.
    public func write(to columns: inout some ColumnWriter) {
        preconditionFailure("a part of a shipment is only read")
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let bits = columns.bits(), let carrier = columns.text() else { return nil }
        key = ID(bits)
        self.carrier = carrier
    }
}
