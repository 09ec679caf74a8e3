import JSON
import Trading

/// A parcel's label, as opaque bytes.
///
/// It shows an address, so it is deleted when the person's data is erased.
public struct LabelRow: LedgerRow {
    /// `shipment_labels`, by shipment.
    public static let schema = TableSchema(
        "shipment_labels",
        key: [.id("shipment")],
        [.text("media_type"), .bytes("bytes")],
        layout: .apart
    )
    /// The largest label that is kept, in bytes.
    public static let maxBytes = 1 << 20

    /// Whose label.
    public let key: ID<Shipment>
    /// Its media type.
    public let mediaType: String
    /// Its bytes.
    public let bytes: [UInt8]

    /// The row of a label.
    public init(_ shipment: ID<Shipment>, mediaType: String, bytes: [UInt8]) {
        key = shipment
        self.mediaType = mediaType
        self.bytes = bytes
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.id(key)
        columns.text(mediaType)
        columns.bytes(bytes)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let shipment = columns.id(Shipment.self), let mediaType = columns.text(), let bytes = columns.bytes()
        else { return nil }
        self.init(shipment, mediaType: mediaType, bytes: bytes)
    }
}
