// A shipment's saga with its carrier, as a state machine without clock and network: which call is next, and what its outcome
// changes. The caller (a worker, a simulator) makes the calls and decides nothing.

/// A call to a carrier that a shipment needs.
public enum CarrierCall: Hashable, Sendable {
    /// Book the parcel, under a key.
    case book(key: String)
    /// Cancel a booking, under a key.
    case cancel(reference: String, key: String)
    /// Fetch the label of a booking.
    case label(reference: String)
    /// Ask for all tracking events of the parcel.
    case track(reference: String)
}

/// What is known after a call to a carrier: which call it was, and how it ended.
public enum CarrierKnowledge: Hashable, Sendable {
    /// After the booking.
    case booking(CarrierOutcome<BookedParcel>)
    /// After the calling off.
    case cancelling(CarrierOutcome<Acknowledged>)
    /// After the request for the label.
    case label(CarrierOutcome<ShippingLabel>)
    /// After the question for news; when the events were heard of is set when they are taken.
    case tracking(CarrierOutcome<[TrackingEvent]>)

    /// Whether the carrier was reached and said yes or no, and how long it asked us to wait, in seconds.
    public var reach: (isAnswer: Bool, retryAfterSeconds: Int64) {
        switch self {
        case .booking(let outcome): (outcome.isAnswer, outcome.retryAfterSeconds)
        case .cancelling(let outcome): (outcome.isAnswer, outcome.retryAfterSeconds)
        case .label(let outcome): (outcome.isAnswer, outcome.retryAfterSeconds)
        case .tracking(let outcome): (outcome.isAnswer, outcome.retryAfterSeconds)
        }
    }
}

/// The effect of a carrier's answer.
public enum CarrierEffect: Hashable, Sendable {
    /// No change; the call is to be made again.
    case none
    /// The operation is done.
    case done
    /// The operation was refused permanently; a person has to look at it.
    case refused(code: String)
    /// The operation is no longer wanted.
    case dropped
}

extension Shipment {
    /// The call for the open operation of a kind; nil where none is open, or where it needs data that is not known yet.
    public func call(_ kind: ShipmentOperation.Kind) -> CarrierCall? {
        guard let operation = operation(kind), operation.isOpen else { return nil }
        switch kind {
        case .book: return .book(key: operation.key)
        case .cancel: return reference.map { .cancel(reference: $0, key: operation.key) }
        case .label: return reference.map { .label(reference: $0) }
        }
    }

    /// The call that asks for tracking; nil where the carrier has no interface, or does not have the parcel.
    public var trackingCall: CarrierCall? {
        guard let reference, state != .cancelled, state != .packed else { return nil }
        return .track(reference: reference)
    }

    /// Records the carrier's answer to the booking.
    ///
    /// A shipment that was cancelled during the call stays cancelled, and its booking is cancelled.
    ///
    /// - Parameter claims: how often a worker claimed the booking to send it. A claim without a recorded answer may have been
    ///   sent: with such a claim it is not certain that nothing was booked.
    public mutating func recordBooking(
        _ outcome: CarrierOutcome<BookedParcel>,
        claims: Int64,
        at now: Timestamp
    ) -> CarrierEffect {
        guard let effect = settle(.book, outcome, at: now) else { return .dropped }
        switch outcome {
        case .done(let parcel):
            take(parcel, at: now)
        case .notDone where state == .cancelled && isCertainlyUnbooked(claims):
            withdraw(.book)
            return .dropped
        case .refused, .notDone, .unknown: break
        }
        return effect
    }

    /// Takes over its booking, which is to be cancelled if the shipment was.
    mutating func take(_ parcel: BookedParcel, at now: Timestamp) {
        reference = parcel.reference
        trackingNumber = parcel.trackingNumber
        if let estimated = parcel.estimatedDelivery { hear(DeliveryEstimate(estimated), at: now) }
        if state == .packed {
            standing = Standing(.booked)
            ask(.label)
        } else {
            ask(.cancel)
        }
    }

    /// Whether the only claim of the booking was answered now, with the result that nothing was booked.
    private func isCertainlyUnbooked(_ claims: Int64) -> Bool {
        guard let booking = operation(.book) else { return true }
        return booking.state == .pending && booking.tries == 0 && claims == 1
    }

    /// Records the carrier's answer to the cancellation of its booking.
    public mutating func recordCancel(_ outcome: CarrierOutcome<Acknowledged>, at now: Timestamp) -> CarrierEffect {
        settle(.cancel, outcome, at: now) ?? .dropped
    }

    /// Records the carrier's answer to the request for the label; the label itself is stored elsewhere.
    public mutating func recordLabel(_ outcome: CarrierOutcome<Acknowledged>, at now: Timestamp) -> CarrierEffect {
        settle(.label, outcome, at: now) ?? .dropped
    }

    /// When an open operation is due again.
    public func due(_ kind: ShipmentOperation.Kind, retryAfterSeconds: Int64, at now: Timestamp) -> Timestamp? {
        guard let operation = operation(kind), operation.isOpen else { return nil }
        let asked = min(max(retryAfterSeconds, 0), 3600)
        return now.adding(seconds: max(CarrierBackoff.seconds(after: operation.tries), asked))
    }

    /// Records an outcome on the newest operation of a kind; nil where that is not open.
    private mutating func settle<Value>(
        _ kind: ShipmentOperation.Kind,
        _ outcome: CarrierOutcome<Value>,
        at now: Timestamp
    ) -> CarrierEffect? {
        guard let index = operations.lastIndex(where: { $0.kind == kind }), operations[index].isOpen else { return nil }
        touch(at: now)
        switch outcome {
        case .done:
            operations[index].note(.done, code: nil, at: now)
            return .done
        case .refused(let code):
            operations[index].note(.refused, code: code, at: now)
            return .refused(code: code)
        case .unknown(let code, _):
            operations[index].note(.unknown, code: code, at: now)
        case .notDone(let code, _):
            // The call never reached the carrier: it does not count as a try, and the effect of an earlier call stays unknown.
            operations[index].code = code
        }
        return CarrierEffect.none
    }
}
