import API
import JSON
import Ledger
import Trading

/// The body of a cancellation.
struct CancelRequest {
    /// Units to cancel; nil for all that have not shipped.
    var units: [UnitsToCancel]?
    /// The reason.
    var reason: String?

    /// Reads it; each line names its units by the line's number or by their SKU.
    init(from json: inout JSONReader) throws(JSONError) {
        var units: [UnitsToCancel]?
        var reason: String?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "lines":
                units = try json.list(OrderLimits.maxLines) { (json) throws(JSONError) in try json.unitsToCancel() }
            case "reason": reason = try json.optionalText(Bounds.reason)
            default: throw json.unknown(member)
            }
        }
        self.units = units
        self.reason = reason
    }
}

extension JSONReader {
    fileprivate mutating func unitsToCancel() throws(JSONError) -> UnitsToCancel {
        var line: Int64?
        var sku: SKU?
        var quantity: Int64?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "line": line = try json.int64(in: 1...Int64(OrderLimits.maxLines))
            case "sku": sku = try json.sku()
            case "quantity": quantity = try json.quantity()
            default: throw json.unknown(member)
            }
        }
        let units = try required(quantity, "quantity")
        switch (line, sku) {
        case (let line?, nil): return UnitsToCancel(.line(line), units)
        case (nil, let sku?): return UnitsToCancel(.sku(sku), units)
        case (nil, nil): throw missing("line")
        case (_?, _?): throw unknown("sku")
        }
    }
}
