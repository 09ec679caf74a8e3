// Where a parcel stands. Before it leaves, we say so ourselves; from then on the carrier does, in messages that come late, twice and
// in any order. Of two messages the one of the later time counts, and at the same time the one of the higher rank: so a lost parcel is
// found again, and one on its way back goes out once more. Only a final word (it arrived, it is back) outlasts what is dated later, until
// another final word or a correction by the desk. The greatest message heard so far is the state, so the same messages give the same
// state in whatever order they come.
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
//   † only where the parcel is booked and followed by hand. A correction by the desk leads from any state after packing to any on the right.

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

    /// Whether its carrier has more to tell: a lost parcel may be found.
    public var isTracked: Bool {
        switch self {
        case .booked, .handedOver, .inTransit, .outForDelivery, .deliveryFailed, .lost, .returning: true
        case .packed, .delivered, .returned, .cancelled: false
        }
    }

    /// Whether it has come to an end: only another final word or a correction by the desk leads on.
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

/// A state with the time since which it counts; ordered by what counts.
public struct Standing: Hashable, Comparable, Sendable {
    /// The state.
    public let state: ShipmentState
    /// Since when, by the carrier's clock within its bounds; nil for what we did ourselves, which any word of a carrier outlasts.
    public let at: Timestamp?

    /// A state since a time.
    public init(_ state: ShipmentState, at: Timestamp? = nil) {
        self.state = state
        self.at = at
    }

    /// Final words last, then by time, then by rank; the name decides where all are the same, so that no order of arrival does.
    public static func < (lhs: Standing, rhs: Standing) -> Bool {
        lhs.weight < rhs.weight
    }

    private var weight: (Int, Timestamp, Int, String) {
        (state.isFinal ? 1 : 0, at ?? .earliest, state.rank, state.rawValue)
    }
}
