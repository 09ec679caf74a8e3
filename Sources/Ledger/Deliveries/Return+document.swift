import JSON
import Trading

extension Return: Document {
    /// Its order's.
    public var person: Bits128? { order.bits }

    /// The return as the API answers it; a return that was taken at once has no history to tell.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("order", order)
        json.member("lines", lines)
        json.member("credit", credit)
        json.member("creditId", creditID)
        if let refund { json.member("refund", refund) }
        json.personalText("reason", reason)
        json.member("createdAt", createdAt)
        json.member("state", stage.rawValue)
        if !history.isEmpty { json.member("history", history) }
        json.endObject()
    }

    /// Reads a stored return.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Return>?
        var order: ID<Order>?
        var lines: [ReturnLine] = []
        var credit: Money?
        var creditID: ID<Credit>?
        var refund: Money?
        var reason = ""
        var createdAt: Timestamp?
        var history: [ReturnHistoryEntry] = []
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Return.self)
            case "order": order = try json.id(Order.self)
            case "lines": lines = try json.documents()
            case "credit": credit = try json.money()
            case "creditId": creditID = try json.id(Credit.self)
            case "refund": refund = try json.money()
            case "reason": reason = try json.string()
            case "createdAt": createdAt = try json.timestamp()
            case "history": history = try json.documents()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            order: try json.required(order, "order"),
            lines: lines,
            credit: try json.required(credit, "credit"),
            creditID: creditID,
            refund: refund,
            reason: reason,
            createdAt: try json.required(createdAt, "createdAt"),
            history: history
        )
    }
}

extension ReturnLine: Document {
    /// The line as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("line", line)
        json.member("sku", sku.description)
        json.member("quantity", quantity)
        json.member("disposition", disposition?.rawValue)
        json.member("amount", amount)
        if !places.isEmpty { json.member("places", places) }
        json.endObject()
    }

    /// Reads a stored line.
    public init(from json: inout JSONReader) throws(JSONError) {
        var line: Int64?
        var sku: SKU?
        var quantity: Int64?
        var disposition: Disposition?
        var amount: Money?
        var places: [Allocation] = []
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "line": line = try json.int64()
            case "sku": sku = SKU(stored: try json.string())
            case "quantity": quantity = try json.int64()
            case "disposition": disposition = try json.name(of: Disposition.self)
            case "amount": amount = try json.money()
            case "places": places = try json.documents()
            default: try json.skip()
            }
        }
        self.init(
            line: try json.required(line, "line"),
            sku: try json.required(sku, "sku"),
            quantity: try json.required(quantity, "quantity"),
            disposition: disposition,
            amount: try json.required(amount, "amount"),
            places: places
        )
    }
}

extension ReturnHistoryEntry: Document {
    /// The entry as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", stage.rawValue)
        json.member("at", at)
        json.endObject()
    }

    /// Reads a stored entry.
    public init(from json: inout JSONReader) throws(JSONError) {
        var stage: ReturnStage?
        var at: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            // `stage` until 0.1.
            case "state", "stage": stage = try json.name(of: ReturnStage.self)
            case "at": at = try json.timestamp()
            default: try json.skip()
            }
        }
        self.init(stage: try json.required(stage, "state"), at: try json.required(at, "at"))
    }
}

extension Credit: Document {
    /// Its customer's, or its order's.
    public var person: Bits128? { customer?.bits ?? order?.bits }

    /// The credit as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("kind", kind.name)
        json.member("amount", amount)
        json.personalText("reason", reason)
        json.member("customer", customer)
        json.member("order", order)
        // That of a return is the return's id.
        if kind == .return || !json.withholdsPersonal { json.member("reference", reference) }
        json.member("createdAt", createdAt)
        json.endObject()
    }

    /// Reads a stored credit.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Credit>?
        var kind: CreditKind?
        var amount: Money?
        var reason = ""
        var customer: ID<Customer>?
        var order: ID<Order>?
        var reference: String?
        var createdAt: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Credit.self)
            case "kind": kind = CreditKind(name: try json.string())
            case "amount": amount = try json.money()
            case "reason": reason = try json.string()
            case "customer": customer = try json.id(Customer.self)
            case "order": order = try json.id(Order.self)
            case "reference": reference = try json.string()
            case "createdAt": createdAt = try json.timestamp()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            kind: try json.required(kind, "kind"),
            amount: try json.required(amount, "amount"),
            reason: reason,
            customer: customer,
            order: order,
            reference: reference,
            createdAt: try json.required(createdAt, "createdAt")
        )
    }
}
