// A shipment is one parcel of an order: units of its lines that leave one location together. What is in it never changes. While it is open its units are set aside, so that no unit is ever in two parcels; when it is handed over they
// leave the order and the stock in the same transaction.

/// One parcel of an order.
public struct Shipment: Hashable, Sendable, Identified {
    /// The prefix of shipment ids.
    public static let idPrefix = "shp"
    /// The carrier of parcels that people book and follow by hand.
    public static let manualCarrier = "manual"
    /// The service asked for where none is named.
    public static let standardService = "standard"
    /// The most shipments of one order, cancelled ones included.
    public static let maxPerOrder = 500
    /// The most tracking events that are kept of one parcel: the newest.
    public static let maxEvents = 200

    /// Its id.
    public let id: ID<Shipment>
    /// The order whose units are in it.
    public let order: ID<Order>
    /// Counts the shipments of the order, from 1.
    public let number: Int64
    /// The code of the location that it leaves.
    public let location: String
    /// Who carries it.
    public let carrier: String
    /// The carrier's service that was asked for.
    public let service: String
    /// What is in it, each line once.
    public let lines: [LineQuantity]
    /// What it weighs, in grams, as far as the catalogue says.
    public let grams: Int64
    /// Where it stands, and since when by the carrier's clock.
    public var standing: Standing
    /// The number that the customer follows it by.
    public var trackingNumber: String?
    /// The carrier's id of the booking.
    public var reference: String?
    /// When it should arrive, by the newest word.
    public var estimate: DeliveryEstimate?
    /// When it should arrive by the first word: what an arrival is judged by.
    public var promise: DeliveryEstimate?
    /// Whether it is past its estimate and has not arrived.
    public var isLate: Bool
    /// When we noted that it left, by our clock.
    public var handedOverRecordedAt: Timestamp?
    /// The earliest time that its carrier says anything of, by the carrier's clock.
    public var carrierSince: Timestamp?
    /// When it first arrived, by the carrier's clock.
    public var deliveredAt: Timestamp?
    /// When we first heard that it arrived, by our clock; nil too for arrivals of releases that did not keep it.
    public var deliveredRecordedAt: Timestamp?
    /// Up to when nothing that its carrier says counts, because the desk corrected it.
    public var correctedAt: Timestamp?
    /// Its tracking, in the order of the carrier's time.
    public var events: [TrackingEvent]
    /// What the carrier was asked to do, in order.
    public var operations: [ShipmentOperation]
    /// When it was packed.
    public let createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64

    /// A shipment with every field, as an engine reads it.
    public init(
        id: ID<Shipment>,
        order: ID<Order>,
        number: Int64,
        location: String,
        carrier: String,
        service: String,
        lines: [LineQuantity],
        grams: Int64,
        standing: Standing = Standing(.packed),
        trackingNumber: String? = nil,
        reference: String? = nil,
        estimate: DeliveryEstimate? = nil,
        promise: DeliveryEstimate? = nil,
        isLate: Bool = false,
        handedOverRecordedAt: Timestamp? = nil,
        carrierSince: Timestamp? = nil,
        deliveredAt: Timestamp? = nil,
        deliveredRecordedAt: Timestamp? = nil,
        correctedAt: Timestamp? = nil,
        events: [TrackingEvent] = [],
        operations: [ShipmentOperation] = [],
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1
    ) {
        self.id = id
        self.order = order
        self.number = number
        self.location = location
        self.carrier = carrier
        self.service = service
        self.lines = lines
        self.grams = grams
        self.standing = standing
        self.trackingNumber = trackingNumber
        self.reference = reference
        self.estimate = estimate
        self.promise = promise
        self.isLate = isLate
        self.handedOverRecordedAt = handedOverRecordedAt
        self.carrierSince = carrierSince
        self.deliveredAt = deliveredAt
        self.deliveredRecordedAt = deliveredRecordedAt
        self.correctedAt = correctedAt
        self.events = events
        self.operations = operations
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    /// Where it stands.
    public var state: ShipmentState { standing.state }

    /// Whether its carrier is asked to book it; the others are booked and followed by hand.
    public var isBookedByUs: Bool { carrier != Self.manualCarrier }

    /// When anything was last heard or done of it.
    public var newsAt: Timestamp {
        events.map(\.receivedAt).max() ?? handedOverRecordedAt ?? createdAt
    }

    /// Units of a line in it.
    public func units(of line: Int64) -> Int64 {
        lines.first { $0.line == line }?.quantity ?? 0
    }

    /// The newest operation of a kind.
    public func operation(_ kind: ShipmentOperation.Kind) -> ShipmentOperation? {
        operations.last { $0.kind == kind }
    }
}

/// Why a shipment did not move on, in order of precedence.
public enum ShipmentRefusal: Error, Hashable, Sendable {
    /// There is no such shipment.
    case notFound
    /// Its state does not allow that.
    case wrongState(ShipmentState)
    /// Its carrier has not booked it yet.
    case notBooked
    /// It cannot be expected when it is said to be: before it was packed, or more than a year from now.
    case implausibleEstimate
    /// An event of this id is known, and says something else.
    case eventDiffers(id: String)
    /// Its order does not allow that.
    case order(OrderRefusal)
}
