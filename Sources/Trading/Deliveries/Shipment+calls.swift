// A shipment's saga with its carrier, without a clock or a network of its own: which call is next, and what its outcome changes.
// Whoever does the call (a worker, a simulator) decides nothing.

/// A call to a carrier that a shipment needs.
public enum CarrierCall: Hashable, Sendable {
    /// Book the parcel, under a key.
    case book(key: String)
    /// Call a booking off, under a key.
    case cancel(reference: String, key: String)
    /// Fetch the label of a booking.
    case label(reference: String)
    /// Ask for all that is known of the parcel's way.
    case track(reference: String)
}

/// What a carrier's answer changed.
public enum CarrierEffect: Hashable, Sendable {
    /// Nothing yet; the call is to be made again.
    case none
    /// It was done.
    case done
    /// It was refused for good; somebody has to look.
    case refused(code: String)
    /// Nobody waits for it any more.
    case dropped
}

extension Shipment {
    /// The call of an operation of a kind that is open; nil where there is none, or where what it needs is not known yet.
    public func call(_ kind: ShipmentOperation.Kind) -> CarrierCall? {
        guard let operation = operation(kind), operation.isOpen else { return nil }
        switch kind {
        case .book: return .book(key: operation.key)
        case .cancel: return reference.map { .cancel(reference: $0, key: operation.key) }
        case .label: return reference.map { .label(reference: $0) }
        }
    }

    /// The call that asks for news; nil where there is nobody to ask, or where the parcel is none of the carrier's.
    public var trackingCall: CarrierCall? {
        guard let reference, state != .cancelled, state != .packed else { return nil }
        return .track(reference: reference)
    }

    /// Takes the carrier's answer to the booking.
    ///
    /// A shipment that was cancelled while the call was under way stays cancelled, and its booking is called off.
    ///
    /// - Parameter claims: how often the booking was claimed to be sent. A claim of which no answer was recorded may have been sent:
    ///   where there is one, it is not certain that nothing was done.
    public mutating func recordBooking(
        _ outcome: CarrierOutcome<BookedParcel>,
        claims: Int64,
        at now: Timestamp
    ) -> CarrierEffect {
        guard let effect = settle(.book, outcome, at: now) else { return .dropped }
        switch outcome {
        case .done(let parcel):
            reference = parcel.reference
            trackingNumber = parcel.trackingNumber
            if let estimated = parcel.estimatedDelivery { hear(DeliveryEstimate(estimated), at: now) }
            if state == .packed {
                standing = Standing(.booked)
                ask(.label)
            } else {
                ask(.cancel)
            }
        case .notDone where state == .cancelled && isCertainlyUnbooked(claims):
            withdraw(.book)
            return .dropped
        case .refused, .notDone, .unknown: break
        }
        return effect
    }

    /// Whether the booking was claimed once only, and that claim was answered now: nothing was done.
    private func isCertainlyUnbooked(_ claims: Int64) -> Bool {
        guard let booking = operation(.book) else { return true }
        return booking.state == .pending && booking.tries == 0 && claims == 1
    }

    /// Takes the carrier's answer to the calling off of its booking.
    public mutating func recordCancel(_ outcome: CarrierOutcome<Acknowledged>, at now: Timestamp) -> CarrierEffect {
        settle(.cancel, outcome, at: now) ?? .dropped
    }

    /// Takes the carrier's answer to the request for the label; the label itself is kept elsewhere.
    public mutating func recordLabel(_ outcome: CarrierOutcome<Acknowledged>, at now: Timestamp) -> CarrierEffect {
        settle(.label, outcome, at: now) ?? .dropped
    }

    /// When an operation that is still open is due again.
    public func due(_ kind: ShipmentOperation.Kind, retryAfterSeconds: Int64, at now: Timestamp) -> Timestamp? {
        guard let operation = operation(kind), operation.isOpen else { return nil }
        let asked = min(max(retryAfterSeconds, 0), 3600)
        return now.adding(seconds: max(CarrierBackoff.seconds(after: operation.tries), asked))
    }

    /// Notes an outcome on the newest operation of a kind; nil where that is not open.
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
            // It never got there: that counts no try, and what an earlier call may have done stays unknown.
            operations[index].code = code
        }
        return CarrierEffect.none
    }
}
