// The problems for refusals of edits, of deletions and of adjustments of stock.

import API
import Ledger
import Trading

extension EditRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("thing")
        case .versionConflict(let current): .versionConflict(current)
        case .limitReached(let limit): Problem(.conflict, "limit_reached", "there are at most \(limit)")
        }
    }
}

extension DeleteProductRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("product")
        case .versionConflict(let current): .versionConflict(current)
        case .inUse(let onHand, let reserved):
            Problem(
                .conflict,
                "product_in_use",
                "\(onHand) units are on hand, of which \(reserved) are held for orders"
            ) { json in
                json.member("onHand", onHand)
                json.member("reserved", reserved)
            }
        }
    }
}

extension DeleteGroupRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("group")
        case .versionConflict(let current): .versionConflict(current)
        case .inUse(let sku):
            Problem(.conflict, "group_in_use", "\(sku) names the group") { $0.member("sku", sku.description) }
        }
    }
}

extension AdjustStockRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .productNotFound: .notFound("product")
        case .untracked: Problem(.conflict, "untracked", "no stock is kept of this product")
        case .unknownLocation: .invalid("/location", "unknown_location", "there is no such location")
        case .stock(let refusal):
            switch refusal {
            case .wrongDirection: .invalid("/delta", "invalid_value", "this kind of movement has no such direction")
            case .overflow:
                Problem(
                    .conflict,
                    "stock_overflow",
                    "a location holds at most \(StockLevel.maxUnits) units of a product"
                )
            case .insufficient(let available):
                Problem(.conflict, "insufficient_stock", "only \(available) units are free") { json in
                    json.member("available", available)
                }
            }
        }
    }
}
