import API
import JSON
import Ledger
import Trading

/// Units to return, in one step or in stages.
struct ReturnRequest {
    var lines: [ReturnRequestLine]
    var reason: String
    var isStaged: Bool
}

extension JSONReader {
    /// Reads a return; dispositions are only allowed for a return in one step.
    mutating func returnRequest() throws(JSONError) -> ReturnRequest {
        var lines: [ReturnRequestLine]?
        var named: (index: Int, member: String)?
        var reason: String?
        var isStaged = false
        try object { (json, member) throws(JSONError) in
            switch member {
            case "lines":
                var read: [ReturnRequestLine] = []
                try json.array { (json, index) throws(JSONError) in
                    guard read.count < OrderLimits.maxLines else {
                        throw json.failure(.outOfRange, "at most \(OrderLimits.maxLines) elements")
                    }
                    let (line, decided) = try json.returnLine()
                    if let decided { named = named ?? (read.count, decided) }
                    read.append(line)
                }
                lines = read
            case "reason": reason = try json.text(Bounds.reason)
            case "state":
                guard try json.value(ReturnStage.self) == .requested else {
                    throw json.failure(.invalidValue, "a return begins with requested")
                }
                isStaged = true
            default: throw json.unknown(member)
            }
        }
        if isStaged, let named {
            let detail = "what becomes of the units is said at the inspection"
            let pointer = "/lines/\(named.index)/\(named.member)"
            throw JSONError(code: .unknownMember, pointer: pointer, detail: detail, offset: 0)
        }
        return ReturnRequest(
            lines: try required(lines, "lines"),
            reason: try required(reason, "reason"),
            isStaged: isStaged
        )
    }

    /// Reads units of a line to return, and the name of the member that gives their disposition, if any.
    mutating func returnLine() throws(JSONError) -> (line: ReturnRequestLine, decided: String?) {
        var line: Int64?
        var quantity: Int64?
        var disposition: Disposition?
        var location: String?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "line": line = try json.int64(in: 1...Int64(OrderLimits.maxLines))
            case "quantity": quantity = try json.quantity()
            case "disposition": disposition = try json.value(Disposition.self)
            case "location": location = try json.code()
            default: throw json.unknown(member)
            }
        }
        let units = ReturnRequestLine(
            line: try required(line, "line"),
            quantity: try required(quantity, "quantity"),
            disposition: disposition ?? .restock,
            location: location
        )
        return (units, disposition != nil ? "disposition" : location != nil ? "location" : nil)
    }

    mutating func credit() throws(JSONError) -> GiveCredit {
        var amount: Money?
        var kind = CreditKind.credit
        var reason: String?
        var customer: ID<Customer>?
        var order: ID<Order>?
        var reference: String?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "amount": amount = try json.money()
            case "kind":
                let name = try json.string(maxBytes: 64)
                guard let found = CreditKind(name: name), found != .return else {
                    throw json.failure(.invalidValue, "one of credit, adjustment, payout")
                }
                kind = found
            case "reason": reason = try json.text(Bounds.reason)
            case "customer": customer = try json.id(Customer.self)
            case "order": order = try json.id(Order.self)
            case "reference": reference = try json.optionalKey(Bounds.reference)
            default: throw json.unknown(member)
            }
        }
        let money = try required(amount, "amount")
        guard kind != .adjustment ? money.amount > 0 : money.amount != 0 else {
            let detail = kind != .adjustment ? "a \(kind.name) is more than 0" : "an adjustment is not 0"
            throw JSONError(code: .outOfRange, pointer: "/amount/amount", detail: detail, offset: 0)
        }
        return GiveCredit(
            kind: kind,
            amount: money,
            reason: try required(reason, "reason"),
            customer: customer,
            order: order,
            reference: reference
        )
    }
}
