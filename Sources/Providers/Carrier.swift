// The interface to carriers. Calls run in the calling task, over the network, and never throw: the answer says what is known
// afterwards.

import Trading

/// A parcel to book.
public struct BookingRequest: Hashable, Sendable {
    /// Identifies the request at the carrier: one booking however often it is sent.
    public var key: String
    /// Our own id of the shipment.
    public var shipment: String
    /// The code of the location that it leaves.
    public var from: String
    /// The delivery address; members as the order has them.
    public var to: [String: String]
    /// The service, such as `standard`.
    public var service: String
    /// Its weight in grams.
    public var grams: Int64

    /// The request that books a parcel.
    public init(_ shipment: Shipment, key: String, to address: [String: String]) {
        self.init(
            key: key,
            shipment: shipment.id.description,
            from: shipment.location,
            to: address,
            service: shipment.service,
            grams: shipment.grams
        )
    }

    /// A parcel to book.
    public init(key: String, shipment: String, from: String, to: [String: String], service: String, grams: Int64) {
        self.key = key
        self.shipment = shipment
        self.from = from
        self.to = to
        self.service = service
        self.grams = grams
    }
}

/// One tracking event of a carrier.
public struct CarrierEvent: Hashable, Sendable {
    /// The carrier's id of the event, by which repeats are recognised.
    public var id: String
    /// The kind of event.
    public var code: TrackingCode
    /// The time by the carrier's clock.
    public var at: Timestamp
    /// The place or the reason, for people.
    public var note: String?
    /// The new expected arrival, if the carrier gives one.
    public var estimatedDelivery: Timestamp?

    /// An event.
    public init(id: String, code: TrackingCode, at: Timestamp, note: String? = nil, estimatedDelivery: Timestamp? = nil)
    {
        self.id = id
        self.code = code
        self.at = at
        self.note = note
        self.estimatedDelivery = estimatedDelivery
    }
}

/// A carrier of parcels.
public protocol Carrier: Sendable {
    /// Its name in the shop's settings, rows and metrics: a lower-case word.
    var name: String { get }
    /// The state of its guard; nil where it has none.
    var standing: ProviderStanding? { get }

    /// Books a parcel.
    ///
    /// Cost: one call.
    ///
    /// After `notDone` and `unknown` the same request may be sent again under its key; after `refused` it must not.
    func book(_ request: BookingRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<BookedParcel>
    /// Cancels a booking before the parcel was handed over.
    ///
    /// Cost: one call.
    ///
    /// After `notDone` and `unknown` the same request may be sent again under its key; `refused` means that it is too late.
    func cancel(reference: String, key: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<Void>
    /// The label of a booking.
    ///
    /// Cost: one call without an effect, which may be repeated.
    func label(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<ShippingLabel>
    /// All tracking events of a parcel.
    ///
    /// Cost: one call without an effect, which may be repeated.
    func track(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<[CarrierEvent]>
    /// Reads a webhook after checking its signature over the raw body.
    ///
    /// No call is made.
    ///
    /// - Throws: ``NoticeRefusal``; the same message is refused again.
    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice
}

extension Carrier {
    /// Nil: a carrier itself has no guard.
    public var standing: ProviderStanding? { nil }
}
