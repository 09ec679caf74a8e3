import Trading

/// A carrier behind its bulkhead and circuit breaker.
public struct GuardedCarrier: Carrier {
    private let carrier: any Carrier
    private let guarding: ProviderGuard

    /// Adds a guard to a carrier.
    public init(_ carrier: any Carrier, by guarding: ProviderGuard) {
        self.carrier = carrier
        self.guarding = guarding
    }

    /// The carrier's name.
    public var name: String { carrier.name }

    /// The state of the guard.
    public var standing: ProviderStanding? { guarding.standing }

    /// Books a parcel; `notDone` where the guard refuses the call.
    public func book(_ request: BookingRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<BookedParcel>
    {
        await guarding.call(deadline: deadline) { await carrier.book(request, deadline: deadline) }
    }

    /// Cancels a booking; `notDone` where the guard refuses the call.
    public func cancel(
        reference: String,
        key: String,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<Void> {
        await guarding.call(deadline: deadline) {
            await carrier.cancel(reference: reference, key: key, deadline: deadline)
        }
    }

    /// The label of a booking; `notDone` where the guard refuses the call.
    public func label(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<ShippingLabel> {
        await guarding.call(deadline: deadline) { await carrier.label(reference: reference, deadline: deadline) }
    }

    /// A parcel's tracking events; `notDone` where the guard refuses the call.
    public func track(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<[CarrierEvent]> {
        await guarding.call(deadline: deadline) { await carrier.track(reference: reference, deadline: deadline) }
    }

    /// A page of the carrier's list; `notDone` where the guard refuses the call.
    public func bookings(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<BookingList> {
        await guarding.call(deadline: deadline) {
            await carrier.bookings(from: from, to: to, after: cursor, deadline: deadline)
        }
    }

    /// Reads a webhook; no call is made.
    public func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        try carrier.notice(headers: headers, body: body, now: now)
    }
}
