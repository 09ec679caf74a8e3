// Returns in stages. Order, stock and money change at the inspection only, by the same steps as for a return in one step.

import JSON
import Trading

/// Requests the return of units of an order; they cannot be returned in another return.
public struct RequestReturn: IdempotentCommand {
    /// `requestReturn`.
    public static let name = "requestReturn"

    /// The order.
    public let order: ID<Order>
    /// The units to return.
    public let lines: [LineQuantity]
    /// The reason.
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

/// Changes the stage of a return.
public struct ChangeReturn: IdempotentCommand {
    /// The change.
    public enum Change: Sendable {
        /// The goods have arrived.
        case receive
        /// The goods were inspected: the accepted units and their dispositions; nil for all of them, to restock.
        case inspect([ReturnRequestLine]?)
        /// Cancel it.
        case cancel
    }

    /// `changeReturn`.
    public static let name = "changeReturn"

    /// The return.
    public let id: ID<Return>
    /// The change.
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
    /// Releases its units.
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
