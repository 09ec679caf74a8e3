import JSON
import Trading

/// Returns goods of an order in one step, and credits them.
public struct TakeBack: IdempotentCommand {
    /// `takeBack`.
    public static let name = "takeBack"

    /// The order.
    public let order: ID<Order>
    /// The returned units.
    public let lines: [ReturnRequestLine]
    /// The reason.
    public let reason: String

    /// Goods that come back.
    public init(order: ID<Order>, lines: [ReturnRequestLine], reason: String) {
        self.order = order
        self.lines = lines
        self.reason = reason
    }

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.orders.want(order)
    }

    /// The order's payment and stock.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: order)
    }

    /// Decides, in the order of ``OrderRefusal``.
    public func decide(_ set: WorkingSet) throws(OrderRefusal) -> Return {
        guard var found = set.orders.get(order)?.order else { throw .notFound }
        if let index = set.findUnknownPlace(lines) { throw .unknownLocation(index: index) }
        let (taken, movements) = try found.takeBack(
            lines,
            held: set.unitsHeldByReturns(of: order),
            id: set.freshID(),
            credit: set.freshID(),
            reason: reason,
            at: set.now
        )
        if let gone = set.findGone(taken.lines) { throw .productGone(index: gone.index, sku: gone.sku) }
        return set.settle(taken, of: found, movements)
    }
}
