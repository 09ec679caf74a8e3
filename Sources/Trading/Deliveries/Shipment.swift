// A shipment is one parcel of an order: units of its lines that leave one location together. Its contents never change. While it
// is open its units are reserved for it, so that no unit is ever in two parcels; when it is handed over they leave the order and
// the stock in the same transaction.

/// One parcel of an order.
public struct Shipment: Hashable, Sendable, Identified {
    /// The prefix of shipment ids.
    public static let idPrefix = "shp"
    /// The carrier of parcels that are booked and tracked by hand.
    public static let manualCarrier = "manual"
    /// The default service.
    public static let standardService = "standard"
    /// The most shipments of one order, cancelled ones included.
    public static let maxPerOrder = 500
    /// The most tracking events stored for one parcel: the newest.
    public static let maxEvents = 200

    /// Its id.
    public package(set) var id: ID<Shipment>
    /// The order whose units are in it.
    public package(set) var order: ID<Order>
    /// The number of the shipment within the order, from 1.
    public package(set) var number: Int64
    /// The code of the location that it leaves.
    public package(set) var location: String
    /// The carrier.
    public package(set) var carrier: String
    /// The carrier's service.
    public package(set) var service: String
    /// Its contents; each line once.
    public package(set) var lines: [LineQuantity]
    /// Its weight in grams, as far as the catalogue knows it.
    public package(set) var grams: Int64
    /// Its state, and the time of that by the carrier's clock.
    public var standing: Standing
    /// The tracking number for the customer.
    public var trackingNumber: String?
    /// The carrier's id of the booking.
    public var reference: String?
    /// The newest estimate of its arrival.
    public var estimate: DeliveryEstimate?
    /// The first estimate of its arrival, by which lateness is judged.
    public var promise: DeliveryEstimate?
    /// Whether its estimate has passed and it has not arrived.
    public var isLate: Bool
    /// When the shop recorded that it left, by the shop's clock.
    public var handedOverRecordedAt: Timestamp?
    /// The earliest time of the carrier's events, by the carrier's clock.
    public var carrierSince: Timestamp?
    /// When it first arrived, by the carrier's clock.
    public var deliveredAt: Timestamp?
    /// When the shop first learned that it arrived, by the shop's clock; nil too for arrivals recorded by releases that did not
    /// store it.
    public var deliveredRecordedAt: Timestamp?
    /// Carrier's events up to this time do not count, because the state was corrected by hand.
    public var correctedAt: Timestamp?
    /// Its tracking events, in the order of the carrier's time.
    public var events: [TrackingEvent]
    /// The operations for the carrier, in order.
    public var operations: [ShipmentOperation]
    /// When it was packed.
    public package(set) var createdAt: Timestamp
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

    /// Its state.
    public var state: ShipmentState { standing.state }

    /// Whether its carrier is booked through an interface; other parcels are booked and tracked by hand.
    public var isBookedByUs: Bool { carrier != Self.manualCarrier }

    /// The time of the last event or action.
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

/// Why a shipment did not change, in order of precedence.
///
/// Nothing was changed.
public enum ShipmentRefusal: Error, Hashable, Sendable {
    /// The shipment does not exist.
    case notFound
    /// Its state does not allow the change.
    case wrongState(ShipmentState)
    /// Its carrier has not booked it yet.
    case notBooked
    /// The estimated arrival is implausible: before it was packed, or more than a year from now.
    case implausibleEstimate
    /// An event of this id is known with another content.
    case eventDiffers(id: String)
    /// Its order does not allow the change.
    case order(OrderRefusal)
}
