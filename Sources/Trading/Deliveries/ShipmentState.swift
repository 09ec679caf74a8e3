// The states of a parcel. Before it leaves, the shop sets the state itself; from then on the carrier does, in messages that may
// be late, repeated and in any order. Of two messages the one of the later time counts, and at the same time the one of the
// higher rank: so a lost parcel can be found again, and a returning one can go out once more. Only a final state (delivered,
// returned) outlasts later messages, until another final message or a correction by hand. The greatest message so far is the
// state, so the same messages give the same state in any order.
//
//   from \ to                                 packed  booked  on its way*  delivered  returned  cancelled
//   packed                                     ·     carrier  us, desk†     desk†      desk†      us
//   booked                                     ·       ·     us, carrier   carrier    carrier     us
//   on its way*                                ·       ·      carrier      carrier    carrier      ·
//   delivered                                  ·       ·     correction       ·       carrier      ·
//   returned                                   ·       ·     correction    carrier       ·         ·
//   cancelled                                  ·       ·         ·            ·          ·         ·
//
//   * handedOver, inTransit, outForDelivery, deliveryFailed, lost, returning: each may become each other one.
//   † only where the parcel is booked and tracked by hand. A correction by hand leads from any state after packing to any on the
//   right.

/// The state of a shipment.
public enum ShipmentState: String, Hashable, Sendable, CaseIterable {
    /// Its units are reserved; no carrier has been asked, or the carrier has not answered yet.
    case packed
    /// The carrier has accepted the booking.
    case booked
    /// It left with the carrier.
    case handedOver
    /// It is in transit.
    case inTransit
    /// It is out for delivery.
    case outForDelivery
    /// A delivery attempt failed; another attempt or the return follows.
    case deliveryFailed
    /// The carrier reports it lost.
    case lost
    /// It is being returned to the sender.
    case returning
    /// It arrived.
    case delivered
    /// It is back at the sender.
    case returned
    /// It was cancelled before it left; its units can be packed again.
    case cancelled

    /// Whether its units are reserved for it and have not left.
    public var isOpen: Bool { self == .packed || self == .booked }

    /// Whether it has left.
    public var hasLeft: Bool { !isOpen && self != .cancelled }

    /// Whether its arrival is awaited.
    public var isAwaited: Bool {
        switch self {
        case .packed, .booked, .handedOver, .inTransit, .outForDelivery, .deliveryFailed, .lost: true
        case .returning, .delivered, .returned, .cancelled: false
        }
    }

    /// Whether its carrier may have more events: a lost parcel may be found.
    public var isTracked: Bool {
        switch self {
        case .booked, .handedOver, .inTransit, .outForDelivery, .deliveryFailed, .lost, .returning: true
        case .packed, .delivered, .returned, .cancelled: false
        }
    }

    /// Whether it is final: only another final message or a correction by hand leads on.
    public var isFinal: Bool { self == .delivered || self == .returned || self == .cancelled }

    /// Of two messages of the same time the one of the higher rank counts.
    var rank: Int {
        switch self {
        case .packed: 0
        case .booked: 1
        case .handedOver: 2
        case .inTransit: 3
        case .outForDelivery, .deliveryFailed: 4
        case .lost, .returning: 5
        case .delivered, .returned: 6
        case .cancelled: 7
        }
    }
}

/// The code of a carrier's tracking event.
public enum TrackingCode: String, Hashable, Sendable, CaseIterable {
    /// The carrier has it.
    case handedOver
    /// It is in transit.
    case inTransit
    /// It is out for delivery.
    case outForDelivery
    /// A delivery attempt failed.
    case deliveryFailed
    /// It is lost.
    case lost
    /// It is being returned to the sender.
    case returning
    /// It arrived.
    case delivered
    /// It is back at the sender.
    case returned

    /// The state of the parcel after the event.
    public var state: ShipmentState {
        switch self {
        case .handedOver: .handedOver
        case .inTransit: .inTransit
        case .outForDelivery: .outForDelivery
        case .deliveryFailed: .deliveryFailed
        case .lost: .lost
        case .returning: .returning
        case .delivered: .delivered
        case .returned: .returned
        }
    }
}

/// A state with the time from which it counts; the greatest one is current.
public struct Standing: Hashable, Comparable, Sendable {
    /// The state.
    public let state: ShipmentState
    /// The time by the carrier's clock, within plausible bounds; nil for the shop's own actions, which any carrier's event
    /// outlasts.
    public let at: Timestamp?

    /// A state since a time.
    public init(_ state: ShipmentState, at: Timestamp? = nil) {
        self.state = state
        self.at = at
    }

    /// Final states last, then by time, then by rank; the name breaks ties, so that the order of arrival never matters.
    public static func < (lhs: Standing, rhs: Standing) -> Bool {
        lhs.weight < rhs.weight
    }

    private var weight: (Int, Timestamp, Int, String) {
        (state.isFinal ? 1 : 0, at ?? .earliest, state.rank, state.rawValue)
    }
}
