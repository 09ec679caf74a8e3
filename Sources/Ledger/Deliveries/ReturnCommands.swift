// Returns in stages. Order, stock and money change at the inspection alone, by the same steps as for a return taken at once.

import JSON
import Trading

/// Asks for units of an order to be taken back; they are held from being returned twice.
public struct RequestReturn: IdempotentCommand {
    /// `requestReturn`.
    public static let name = "requestReturn"

    /// Which order.
    public let order: ID<Order>
    /// What is to come back.
    public let lines: [LineQuantity]
    /// Why.
    public let reason: String

    /// Units to send back.
    public init(order: ID<Order>, lines: [LineQuantity], reason: String) {
        self.order = order
        self.lines = lines
        self.reason = reason
    }

    /// Decides, in the order of ``OrderRefusal``.
    public func decide(_ set: WorkingSet) throws(OrderRefusal) -> Return {
        guard let found = set.orders.get(order)?.order else { throw .notFound }
        let taken = try found.requestReturn(
            lines,
            held: set.unitsHeldByReturns(of: order),
            id: set.freshID(),
            reason: reason,
            at: set.now
        )
        var handling = set.handling.get(order) ?? HandlingRow(order)
        handling.returns.append(taken.id)
        set.handling.put(handling)
        set.returns.put(ReturnRow(taken))
        set.returnEvent(.returnRequested, taken)
        set.eraseAgain(found)
        return taken
    }
}

/// Moves a return on.
public struct ChangeReturn: IdempotentCommand {
    /// What to do.
    public enum Change: Sendable {
        /// The goods are here.
        case receive
        /// They were looked at: what is accepted, and what becomes of it; nil for all of it, to be sold again.
        case inspect([ReturnRequestLine]?)
        /// Call it off.
        case cancel
    }

    /// `changeReturn`.
    public static let name = "changeReturn"

    /// Which return.
    public let id: ID<Return>
    /// What to do.
    public let change: Change

    /// A change of a return.
    public init(_ id: ID<Return>, _ change: Change) {
        self.id = id
        self.change = change
    }

    /// Decides, in the order of ``ReturnRefusal``.
    public func decide(_ set: WorkingSet) throws(ReturnRefusal) -> Return {
        guard var taken = set.returns.get(id)?.value, var order = set.orders.get(taken.order)?.order else {
            throw .notFound
        }
        switch change {
        case .receive:
            try taken.receive(at: set.now)
            set.returns.put(ReturnRow(taken))
            set.returnEvent(.returnReceived, taken)
        case .inspect(let accepted):
            if let index = set.findUnknownPlace(accepted ?? []) { throw .unknownLocation(index: index) }
            let movements = try order.inspect(&taken, accepted, credit: set.freshID(), at: set.now)
            if let gone = set.findGone(taken.lines) { throw .productGone(index: gone.index, sku: gone.sku) }
            set.release(taken)
            set.settle(taken, of: order, movements)
        case .cancel:
            try taken.cancel(at: set.now)
            set.release(taken)
            set.returns.put(ReturnRow(taken))
            set.returnEvent(.returnCancelled, taken)
        }
        return taken
    }
}

extension WorkingSet {
    /// Its units are held no longer.
    fileprivate func release(_ taken: Return) {
        guard var row = handling.get(taken.order) else { return }
        row.returns.removeAll { $0 == taken.id }
        handling.put(row)
    }

    fileprivate func returnEvent(_ type: EventType, _ taken: Return) {
        event(type, taken.id.description) { json in
            json.member("order", taken.order)
            json.member("state", taken.stage.rawValue)
        }
    }
}
