// The tier of each route, for load shedding. The whole order stands in one place, so that it can be reviewed at once.

import HTTPTypes
import Resilience

extension Endpoint {
    /// The tier of its requests; nil where they are never refused: health probes and metrics.
    public var tier: Tier? {
        switch tag {
        case "Health": nil
        // About money and parcels that have already moved: refusing such a request leaves the books behind reality.
        case "Payments" where method != .get: .t0
        case _ where id.hasSuffix("Notice") || id == "payOrder": .t0
        case _ where id.hasPrefix("export") || id.hasPrefix("import"): .t4
        case "Orders" where !id.hasPrefix("list"): .t1
        case "Payments", "Returns", "Shipments": .t1
        case "Carts", "Customers", "Orders": .t2
        case "Catalogue", "Stock": .t3
        // The results of a prober during an overload must be recorded, and cost little.
        case "Availability" where method == .post: .t1
        // Books, events, webhooks, metrics, the description: their clients can read them later.
        default: .t4
        }
    }

    /// Whether it writes and is refused while the disk is nearly full; requests that finish a payment are not.
    var isStoppedByFullDisk: Bool {
        guard let tier, tier > .t0 else { return false }
        return method != .get && method != .head
    }
}
