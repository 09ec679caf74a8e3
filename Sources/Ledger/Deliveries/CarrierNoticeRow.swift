import JSON
import Trading

/// A received webhook of a carrier, which identifies repeats.
public struct CarrierNoticeRow: LedgerRow {
    /// A carrier and an event.
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

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let carrier = columns.text(), let event = columns.text() else { return nil }
            self.init(carrier, event)
        }
    }

    /// `carrier_notices`, by carrier and event.
    public static let schema = TableSchema(
        "carrier_notices",
        key: [.text("carrier"), .text("event")],
        [.time("at"), .text("type"), .id("shipment").orNull]
    )

    /// Which carrier's which event.
    public let key: Key
    /// When it was received.
    public let at: Timestamp
    /// The type, in the carrier's terms.
    public let type: String
    /// The parcel, if it is known.
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
        columns.time(at)
        columns.text(type)
        columns.id(shipment)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let at = columns.time(), let type = columns.text() else { return nil }
        self.init(key, at: at, type: type, shipment: columns.id())
    }
}
