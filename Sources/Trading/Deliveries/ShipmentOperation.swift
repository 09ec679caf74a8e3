// One operation at a carrier for a shipment. Its key is committed before the first call, and the same key is sent until the
// carrier has answered: a booking whose answer was lost is asked for again, never booked anew.

/// One operation at a carrier.
public struct ShipmentOperation: Hashable, Sendable {
    /// The kind of operation.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Book the parcel.
        case book
        /// Cancel the booking.
        case cancel
        /// Fetch the label.
        case label
    }

    /// The progress of an operation.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// To be done; certainly nothing was done yet.
        case pending
        /// It may have been done; sending the same key finds out.
        case unknown
        /// Done.
        case done
        /// The carrier refused it for good; nothing was done.
        case refused
        /// No longer wanted; nothing was done.
        case withdrawn
    }

    /// The kind of operation.
    public package(set) var kind: Kind
    /// Identifies it at the carrier: one effect however often it is sent.
    public package(set) var key: String
    /// Its progress.
    public var state: State
    /// How many calls reached the carrier, or may have.
    public var tries: Int
    /// The time of the first such call.
    public var firstTriedAt: Timestamp?
    /// Why it was refused, or the error of the last call.
    public var code: String?

    /// An operation with every field, as an engine reads it.
    public init(
        _ kind: Kind,
        key: String,
        state: State = .pending,
        tries: Int = 0,
        firstTriedAt: Timestamp? = nil,
        code: String? = nil
    ) {
        self.kind = kind
        self.key = key
        self.state = state
        self.tries = tries
        self.firstTriedAt = firstTriedAt
        self.code = code
    }

    /// Records a call that reached the carrier, or may have.
    mutating func note(_ state: State, code: String?, at now: Timestamp) {
        self.state = state
        self.code = code
        tries += 1
        firstTriedAt = firstTriedAt ?? now
    }

    /// Whether the carrier has to be called.
    public var isOpen: Bool { state == .pending || state == .unknown }
}

/// The outcome of a call to a carrier, in terms of the rules.
public enum CarrierOutcome<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It was done.
    case done(Value)
    /// It was refused for good; do not try again.
    case refused(code: String)
    /// Nothing was done; it may be tried again, not before `retryAfterSeconds`.
    case notDone(code: String, retryAfterSeconds: Int64 = 0)
    /// It may or may not have been done; only the same key may be sent again.
    case unknown(code: String, retryAfterSeconds: Int64 = 0)

    /// Whether the carrier was reached and said yes or no.
    public var isAnswer: Bool {
        switch self {
        case .done, .refused: true
        case .notDone, .unknown: false
        }
    }

    /// The wait that the carrier asked for, in seconds.
    public var retryAfterSeconds: Int64 {
        switch self {
        case .done, .refused: 0
        case .notDone(_, let seconds), .unknown(_, let seconds): seconds
        }
    }
}

/// Success without a result.
public struct Acknowledged: Hashable, Sendable {
    /// Success.
    public init() {}
}

/// A carrier's booking of a parcel.
public struct BookedParcel: Hashable, Sendable {
    /// The carrier's id of the booking.
    public var reference: String
    /// The tracking number for the customer.
    public var trackingNumber: String
    /// The expected arrival, if the carrier gives one.
    public var estimatedDelivery: Timestamp?

    /// A booking.
    public init(reference: String, trackingNumber: String, estimatedDelivery: Timestamp? = nil) {
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

/// The wait after a call without a final outcome: 2, 4, 8, 16, 30 seconds.
///
/// Without jitter: each caller has a bounded number of concurrent calls, so a carrier that recovers is not flooded.
public enum CarrierBackoff {
    /// The longest wait, in seconds.
    public static let mostSeconds: Int64 = 30

    /// The wait after so many tries, in seconds.
    public static func seconds(after tries: Int) -> Int64 {
        min(mostSeconds, 1 << Int64(min(max(tries, 1), 5)))
    }
}
