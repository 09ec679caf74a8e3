// One thing that a carrier is asked to do for a shipment. Its key is committed before the first call, and the same key is sent until
// the carrier has answered: a booking whose answer was lost is asked for again, never booked anew.

/// One thing that a carrier is asked to do.
public struct ShipmentOperation: Hashable, Sendable {
    /// What is to be done.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Book the parcel.
        case book
        /// Call the booking off.
        case cancel
        /// Fetch the label.
        case label
    }

    /// How far it has come.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// To be done; for certain nothing was done yet.
        case pending
        /// It may have been done; the same key finds out.
        case unknown
        /// Done.
        case done
        /// The carrier said no, for good; nothing was done.
        case refused
        /// No longer wanted; nothing was done.
        case withdrawn
    }

    /// What is to be done.
    public let kind: Kind
    /// Names it at the carrier: one effect however often it is sent.
    public let key: String
    /// How far it has come.
    public var state: State
    /// How many calls reached the carrier, or may have.
    public var tries: Int
    /// When the first of them was.
    public var firstTriedAt: Timestamp?
    /// Why it was refused, or what the last call met.
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

    /// Notes a call that reached the carrier, or may have.
    mutating func note(_ state: State, code: String?, at now: Timestamp) {
        self.state = state
        self.code = code
        tries += 1
        firstTriedAt = firstTriedAt ?? now
    }

    /// Whether the carrier is still to be asked.
    public var isOpen: Bool { state == .pending || state == .unknown }
}

/// What is known after a call to a carrier, in the words of the rules.
public enum CarrierOutcome<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It was done.
    case done(Value)
    /// It was refused for good.
    case refused(code: String)
    /// Nothing was done; trying later may work, at the earliest after so many seconds.
    case notDone(code: String, retryAfterSeconds: Int64 = 0)
    /// It may or may not have been done.
    case unknown(code: String, retryAfterSeconds: Int64 = 0)

    /// How long the carrier asked us to wait, in seconds.
    public var retryAfterSeconds: Int64 {
        switch self {
        case .done, .refused: 0
        case .notDone(_, let seconds), .unknown(_, let seconds): seconds
        }
    }
}

/// Nothing but that it was done.
public struct Acknowledged: Hashable, Sendable {
    /// Done.
    public init() {}
}

/// A parcel as a carrier booked it.
public struct BookedParcel: Hashable, Sendable {
    /// The carrier's id of the booking.
    public var reference: String
    /// The number that the customer follows it by.
    public var trackingNumber: String
    /// When it should arrive, where the carrier says so.
    public var estimatedDelivery: Timestamp?

    /// A booking.
    public init(reference: String, trackingNumber: String, estimatedDelivery: Timestamp? = nil) {
        self.reference = reference
        self.trackingNumber = trackingNumber
        self.estimatedDelivery = estimatedDelivery
    }
}

/// How long to wait after a call that settled nothing: 2, 4, 8, 16, 30 seconds.
///
/// There is no jitter: a carrier that is back meets its callers one by one, because each has a bounded number of places.
public enum CarrierBackoff {
    /// The longest wait, in seconds.
    public static let mostSeconds: Int64 = 30

    /// The wait after so many tries, in seconds.
    public static func seconds(after tries: Int) -> Int64 {
        min(mostSeconds, 1 << Int64(min(max(tries, 1), 5)))
    }
}
