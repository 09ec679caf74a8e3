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

/// What is being done with an order's goods: its shipments, and the returns that are under way.
///
/// It stands beside the order rather than in it: placing an order writes none, and the order's own progress stays what it is. Ids
/// alone are kept, so that nothing in here can disagree with the things themselves.
public struct HandlingRow: LedgerRow {
    /// `order_handling`, by order.
    public static let schema = TableSchema(
        "order_handling",
        key: [Column("order_id", .blob)],
        [Column("document", .blob)]
    )

    /// Whose goods.
    public let key: ID<Order>
    /// All shipments of the order, in the order of their numbers.
    public var shipments: [ID<Shipment>]
    /// Returns that hold units.
    public var returns: [ID<Return>]
    /// Units of each line that shipped in no parcel of ours; empty where there are none.
    public var loose: [Int64]

    /// The row of an order of which nothing is handled yet.
    public init(_ order: ID<Order>, shipments: [ID<Shipment>] = [], returns: [ID<Return>] = [], loose: [Int64] = []) {
        key = order
        self.shipments = shipments
        self.returns = returns
        self.loose = loose
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(key.bits)
        var json = JSONWriter()
        json.beginObject()
        json.member("shipments", shipments.map(\.description))
        json.member("returns", returns.map(\.description))
        json.key("loose")
        json.array { json in for count in loose { json.int(count) } }
        json.endObject()
        columns.blob(json.bytes)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let bits = columns.bits(), let document = columns.blob() else { return nil }
        self.init(ID(bits))
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

/// A parcel's label: bytes that nobody here looks into.
///
/// It shows an address, so it goes when the person's data is erased.
public struct LabelRow: LedgerRow {
    /// `shipment_labels`, by shipment.
    public static let schema = TableSchema(
        "shipment_labels",
        key: [Column("shipment", .blob)],
        [Column("media_type", .text), Column("bytes", .blob)]
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
        columns.bits(key.bits)
        columns.text(mediaType)
        columns.blob(bytes)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let bits = columns.bits(), let mediaType = columns.text(), let bytes = columns.blob() else { return nil }
        self.init(ID(bits), mediaType: mediaType, bytes: bytes)
    }
}

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
