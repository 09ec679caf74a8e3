// What is refused first when there is too much to do. The whole order stands here, so that it is read, and argued about, at once.

import HTTPTypes
import Resilience

extension Endpoint {
    /// How much is lost when a call to it is refused; nil where none ever is: probes and figures, which tell how the server stands.
    public var tier: Tier? {
        switch tag {
        case "Health": nil
        // Money and parcels that have moved already: a notice or a step that is refused leaves the books behind the world.
        case "Payments" where method != .get: .t0
        case _ where id.hasSuffix("Notice") || id == "payOrder": .t0
        case _ where id.hasPrefix("export") || id.hasPrefix("import"): .t4
        case "Orders" where !id.hasPrefix("list"): .t1
        case "Payments", "Returns", "Shipments": .t1
        case "Carts", "Customers", "Orders": .t2
        case "Catalogue", "Stock": .t3
        // What a prober saw of an overload is to be known afterwards, and costs little.
        case "Availability" where method == .post: .t1
        // Books, events, webhooks, figures, the description: whoever reads them reads them again.
        default: .t4
        }
    }

    /// Whether it writes, and may be refused while the disk is nearly full: what finishes a payment may not.
    var isStoppedByFullDisk: Bool {
        guard let tier, tier > .t0 else { return false }
        return method != .get && method != .head
    }
}
