// What Tradewind asks of whoever moves parcels.

import Trading

/// A parcel to be booked.
public struct BookingRequest: Hashable, Sendable {
    /// Names the request at the carrier: one booking however often it is sent.
    public var key: String
    /// Our own id of the shipment.
    public var shipment: String
    /// The code of the location that it leaves from.
    public var from: String
    /// The address that it goes to; members as the order has them.
    public var to: [String: String]
    /// The service asked for, as in `standard`.
    public var service: String
    /// Its weight in grams.
    public var grams: Int64

    /// A parcel to be booked.
    public init(key: String, shipment: String, from: String, to: [String: String], service: String, grams: Int64) {
        self.key = key
        self.shipment = shipment
        self.from = from
        self.to = to
        self.service = service
        self.grams = grams
    }
}

/// A parcel as the carrier booked it.
public struct Booking: Hashable, Sendable {
    /// The carrier's id.
    public var reference: String
    /// The number that the customer follows it by.
    public var trackingNumber: String
    /// When it should arrive, where the carrier says so.
    public var estimatedDelivery: Timestamp?

    /// A booking.
    public init(reference: String, trackingNumber: String, estimatedDelivery: Timestamp?) {
        self.reference = reference
        self.trackingNumber = trackingNumber
        self.estimatedDelivery = estimatedDelivery
    }
}

/// A label to be printed: bytes that Tradewind does not look into.
public struct ShippingLabel: Hashable, Sendable {
    /// Its media type, as in `application/pdf`.
    public var mediaType: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// A label.
    public init(mediaType: String, bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// One entry of a carrier's tracking.
public struct CarrierEvent: Hashable, Sendable {
    /// What happened.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The carrier has the parcel.
        case handedOver
        /// It is on its way.
        case inTransit
        /// It is on the last leg.
        case outForDelivery
        /// It could not be handed to anyone; another attempt follows.
        case deliveryFailed
        /// It arrived.
        case delivered
        /// It goes back to the sender.
        case returning
        /// It is back at the sender.
        case returned
        /// It is lost.
        case lost
    }

    /// The carrier's id of the event, by which repeats are known.
    public var id: String
    /// What happened.
    public var code: Code
    /// When, by the carrier's clock.
    public var at: Timestamp
    /// Where or why, for people.
    public var note: String?
    /// The new estimate, where the carrier gives one.
    public var estimatedDelivery: Timestamp?

    /// An event.
    public init(id: String, code: Code, at: Timestamp, note: String? = nil, estimatedDelivery: Timestamp? = nil) {
        self.id = id
        self.code = code
        self.at = at
        self.note = note
        self.estimatedDelivery = estimatedDelivery
    }
}

/// Whoever moves parcels.
public protocol Carrier: Sendable {
    /// Its name in the shop's settings, rows and metrics: a lower-case word.
    var name: String { get }
    /// How it looks from before its guard; nil where it has none.
    var standing: ProviderStanding? { get }

    /// Books a parcel.
    func book(_ request: BookingRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<Booking>
    /// Calls a booking off before it was handed over.
    func cancel(reference: String, key: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<Void>
    /// The label of a booking.
    func label(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<ShippingLabel>
    /// All that the carrier knows of a parcel's way.
    func track(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<[CarrierEvent]>
    /// Reads a webhook after checking its signature over the raw body.
    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice
}

extension Carrier {
    /// By itself it has no guard.
    public var standing: ProviderStanding? { nil }
}
