// Where a parcel stands. Before it leaves, we say so ourselves; from then on the carrier does, in messages that come late, twice and
// in any order. So every state has a rank, and of two messages the one of the higher rank counts, or the later one where the ranks
// are the same. The greatest message heard so far is the state: it is the same in whatever order they came, and can only rise.
//
//   packed ─→ booked ─→ handedOver ─→ inTransit ─→ outForDelivery ⇄ deliveryFailed ─→ delivered
//      └────────┴─→ cancelled                        └──→ returning ⇄ lost ─→ returned

/// Where a shipment stands.
public enum ShipmentState: String, Hashable, Sendable, CaseIterable {
    /// Its units are set aside; nobody has been asked to carry it, or the carrier has not answered yet.
    case packed
    /// The carrier expects it.
    case booked
    /// It left with the carrier.
    case handedOver
    /// It is on its way.
    case inTransit
    /// It is on the last leg.
    case outForDelivery
    /// It could not be handed to anyone; another attempt follows, or the way back.
    case deliveryFailed
    /// It is lost, as far as the carrier knows.
    case lost
    /// It goes back to the sender.
    case returning
    /// It arrived.
    case delivered
    /// It is back at the sender.
    case returned
    /// Called off before it left; its units can be packed again.
    case cancelled

    /// Whether its units are set aside and have not left.
    public var isOpen: Bool { self == .packed || self == .booked }

    /// Whether it has left.
    public var hasLeft: Bool { !isOpen && self != .cancelled }

    /// Whether somebody waits for it to arrive.
    public var isAwaited: Bool {
        switch self {
        case .packed, .booked, .handedOver, .inTransit, .outForDelivery, .deliveryFailed, .lost: true
        case .returning, .delivered, .returned, .cancelled: false
        }
    }

    /// Whether its carrier has more to tell.
    public var isTracked: Bool {
        switch self {
        case .booked, .handedOver, .inTransit, .outForDelivery, .deliveryFailed, .returning: true
        case .packed, .lost, .delivered, .returned, .cancelled: false
        }
    }

    /// A message of a lower rank never takes a parcel out of a state of a higher one.
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

/// What a carrier says of a parcel.
public enum TrackingCode: String, Hashable, Sendable, CaseIterable {
    /// The carrier has it.
    case handedOver
    /// It is on its way.
    case inTransit
    /// It is on the last leg.
    case outForDelivery
    /// It could not be handed to anyone.
    case deliveryFailed
    /// It is lost.
    case lost
    /// It goes back to the sender.
    case returning
    /// It arrived.
    case delivered
    /// It is back at the sender.
    case returned

    /// Where the parcel stands by that.
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

/// A state with the time at which the carrier said so; ordered by what counts.
public struct Standing: Hashable, Comparable, Sendable {
    /// The state.
    public let state: ShipmentState
    /// When, by the carrier's clock; nil for what we did ourselves.
    public let at: Timestamp?

    /// A state since a time.
    public init(_ state: ShipmentState, at: Timestamp? = nil) {
        self.state = state
        self.at = at
    }

    /// By rank, then by time; the name decides between two messages of the same moment, so that no order of arrival does.
    public static func < (lhs: Standing, rhs: Standing) -> Bool {
        (lhs.state.rank, lhs.at ?? .earliest, lhs.state.rawValue)
            < (rhs.state.rank, rhs.at ?? .earliest, rhs.state.rawValue)
    }
}
