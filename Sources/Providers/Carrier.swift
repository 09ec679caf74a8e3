// The interface to carriers. Calls run in the calling task, over the network, and never throw: the answer says what is known
// afterwards.

import Trading

/// A parcel to book.
public struct BookingRequest: Hashable, Sendable {
    /// Identifies the request at the carrier: one booking however often it is sent.
    public var key: String
    /// Our own id of the shipment, which the carrier keeps with the booking.
    public var shipment: String
    /// Our own id of the order, kept likewise: by it and the contents a shop that was restored from a backup knows the parcel again.
    public var order: String
    /// What is in it, as ``PackedContents`` writes it, kept likewise.
    public var contents: String
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
            order: shipment.order.description,
            contents: PackedContents(shipment.lines).description,
            from: shipment.location,
            to: address,
            service: shipment.service,
            grams: shipment.grams
        )
    }

    /// A parcel to book.
    public init(
        key: String,
        shipment: String,
        order: String,
        contents: String,
        from: String,
        to: [String: String],
        service: String,
        grams: Int64
    ) {
        self.key = key
        self.shipment = shipment
        self.order = order
        self.contents = contents
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

/// A booking in a carrier's own books.
public struct CarrierBooking: Hashable, Sendable {
    /// The state of a booking.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// The carrier waits for the parcel.
        case booked
        /// It was cancelled, and the carrier takes no parcel with its label.
        case cancelled
        /// The parcel has left the shop, wherever it is by now.
        case left
    }

    /// What the carrier says of the booking.
    public var parcel: BookedParcel
    /// Our own id of the shipment, if the carrier stored it.
    public var shipment: String?
    /// Our own id of the order, likewise.
    public var order: String?
    /// What is in it by our own words, likewise.
    public var contents: String?
    /// The code of the location that it leaves.
    public var from: String
    /// The service.
    public var service: String
    /// Its weight in grams.
    public var grams: Int64
    /// The state.
    public var state: State
    /// When it was booked, by the carrier's clock.
    public var bookedAt: Timestamp

    /// A booking.
    public init(
        _ parcel: BookedParcel,
        shipment: String?,
        order: String?,
        contents: String?,
        from: String,
        service: String,
        grams: Int64,
        state: State,
        bookedAt: Timestamp
    ) {
        self.parcel = parcel
        self.shipment = shipment
        self.order = order
        self.contents = contents
        self.from = from
        self.service = service
        self.grams = grams
        self.state = state
        self.bookedAt = bookedAt
    }
}

/// A carrier's answer to the question for its list of bookings.
public enum BookingList: Hashable, Sendable {
    /// A page of the list.
    ///
    /// - Parameter next: the cursor of the next page; nil at the end.
    case page([CarrierBooking], next: String?)
    /// The carrier has no list that can be read; a person has to compare.
    case unavailable
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
    /// A page of the carrier's own list of the bookings that were made or cancelled in a span of time.
    ///
    /// Without an effect, so it may always be repeated. Cost: one call; none where the carrier has no list.
    func bookings(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<BookingList>
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
