// What a claimed task of a carrier asks for, and what is recorded where that is nothing.

import Trading

/// A call to a carrier, and what it takes.
public struct CarrierTask: Sendable {
    /// The shipment.
    public let shipment: Shipment
    /// Where it goes: the address of its order.
    public let address: [String: String]
    /// The call.
    public let call: CarrierCall

    /// What a task asks for; nil where there is no call to make, and ``CarrierKnowledge/nothing(for:)`` is recorded.
    ///
    /// After a restore a booking from before it waits until its carrier was searched: it may have been made, under a key that the carrier
    /// has forgotten. Cost: two look-ups by key; for a booking also the restores of the shop, of which most have none.
    public init?(_ task: TaskRow.Key, in view: any LedgerView) throws(LedgerFailure) {
        guard let shipment = try view.row(ShipmentRow.self, ID(task.subject))?.shipment,
            let call = shipment.call(for: task.kind)
        else { return nil }
        if case .book = call, let restore = try view.restores().last, !restore.parcelsAreSearched,
            shipment.createdAt <= restore.at
        {
            return nil
        }
        self.shipment = shipment
        self.call = call
        address = try view.row(OrderRow.self, shipment.order)?.order.shipTo ?? [:]
    }
}

extension Shipment {
    fileprivate func call(for task: TaskKind) -> CarrierCall? {
        switch task {
        case .bookShipment: call(.book)
        case .cancelBooking: call(.cancel)
        case .fetchLabel: call(.label)
        case .trackShipment: trackingCall
        default: nil
        }
    }
}

extension CarrierKnowledge {
    /// What is recorded of a task without a call to make: it ends, or comes back later if it waits for the search after a restore.
    public static func nothing(for task: TaskKind) -> CarrierKnowledge {
        let code = "nothing_to_do"
        switch task {
        case .bookShipment: return .booking(.notDone(code: code, retryAfterSeconds: 10))
        case .cancelBooking: return .cancelling(.notDone(code: code))
        case .fetchLabel: return .label(.notDone(code: code))
        case .trackShipment: return .tracking(.notDone(code: code))
        default: preconditionFailure("\(task.name) is no task of a carrier")
        }
    }

    /// The kind of task that asked for the call.
    var task: TaskKind {
        switch self {
        case .booking: .bookShipment
        case .cancelling: .cancelBooking
        case .label: .fetchLabel
        case .tracking: .trackShipment
        }
    }
}
