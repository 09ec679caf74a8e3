// From a call that a shipment needs to the carrier, and from the answer back to the words of the rules. Production and simulation make
// their calls by it, so that what is tried in the one is what runs in the other.

import Trading

extension CarrierKnowledge {
    /// What the answer to a booking says.
    public init(_ answer: ProviderAnswer<BookedParcel>) {
        self = .booking(CarrierOutcome(answer) { $0 })
    }

    /// What the answer to the calling off of a booking says.
    public init(_ answer: ProviderAnswer<Void>) {
        self = .cancelling(CarrierOutcome(answer) { Acknowledged() })
    }

    /// What the answer to the request for a label says.
    public init(_ answer: ProviderAnswer<ShippingLabel>) {
        self = .label(CarrierOutcome(answer) { ShippingLabel(mediaType: $0.mediaType.asMediaType, bytes: $0.bytes) })
    }

    /// What the answer to the question for news says; an event that cannot be kept as it is counts as not told.
    public init(_ answer: ProviderAnswer<[CarrierEvent]>) {
        self = .tracking(CarrierOutcome(answer) { $0.compactMap(TrackingEvent.init) })
    }
}

extension Carrier {
    /// Makes a call for a shipment; bounded in time by `deadline`.
    public func carryOut(
        _ call: CarrierCall,
        for shipment: Shipment,
        to address: [String: String],
        deadline: ContinuousClock.Instant
    ) async -> CarrierKnowledge {
        switch call {
        case .book(let key):
            CarrierKnowledge(await book(BookingRequest(shipment, key: key, to: address), deadline: deadline))
        case .cancel(let reference, let key):
            CarrierKnowledge(await cancel(reference: reference, key: key, deadline: deadline))
        case .label(let reference):
            CarrierKnowledge(await label(reference: reference, deadline: deadline))
        case .track(let reference):
            CarrierKnowledge(await track(reference: reference, deadline: deadline))
        }
    }
}

extension CarrierOutcome {
    fileprivate init<Answer>(_ answer: ProviderAnswer<Answer>, _ read: (Answer) -> Value) {
        switch answer {
        case .done(let value): self = .done(read(value))
        case .refused(let refusal): self = .refused(code: refusal.code)
        case .notDone(let trouble): self = .notDone(code: trouble.code, retryAfterSeconds: trouble.seconds)
        case .unknown(let trouble): self = .unknown(code: trouble.code, retryAfterSeconds: trouble.seconds)
        }
    }
}

extension ProviderTrouble {
    /// When to try again at the earliest, in whole seconds.
    fileprivate var seconds: Int64 {
        guard let (seconds, rest) = retryAfter?.components else { return 0 }
        return rest > 0 ? seconds + 1 : seconds
    }
}

extension TrackingEvent {
    /// A carrier's event; nil for one that cannot be kept as it is.
    fileprivate init?(_ event: CarrierEvent) {
        guard (1...Self.idLength).contains(event.id.unicodeScalars.count) else { return nil }
        self.init(
            id: event.id,
            code: event.code,
            at: event.at,
            receivedAt: event.at,
            note: event.note.map { String($0.unicodeScalars.prefix(Self.noteLength)) },
            estimatedDelivery: event.estimatedDelivery
        )
    }
}

extension String {
    /// Itself where it is a media type without parameters; otherwise the one of bytes of an unknown kind.
    fileprivate var asMediaType: String {
        let parts = utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let marks = Array("!#$&^_.+-".utf8)
        let isPlain = parts.allSatisfy { part in
            (1...60).contains(part.count)
                && part.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || marks.contains(byte)
                }
        }
        return parts.count == 2 && isPlain ? self : "application/octet-stream"
    }
}
