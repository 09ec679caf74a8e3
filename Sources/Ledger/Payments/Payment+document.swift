import JSON
import Trading

extension Payment: Document {
    /// The payment as the API answers it; the provider's token is never in it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("order", order)
        if isProbe { json.member("probe", true) }
        json.member("number", number)
        json.member("method", method.rawValue)
        json.member("state", status.name)
        json.member("provider", provider)
        switch source {
        case .giftCard(let card): json.member("giftCard", card)
        case .storeCredit(let customer): json.member("customer", customer)
        case nil: break
        }
        json.member("amount", amount)
        json.member("capture", capture.rawValue)
        json.member("reference", reference)
        json.member("authorised", Money(authorised, amount.currency))
        json.member("captured", Money(captured, amount.currency))
        json.member("refunded", Money(refunded, amount.currency))
        json.member("fees", Money(fees, amount.currency))
        if disputed != 0 { json.member("disputed", Money(disputed, amount.currency)) }
        json.key("operations")
        json.array { json in
            for operation in operations { operation.write(to: &json, currency: amount.currency) }
        }
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored payment.
    public init(from json: inout JSONReader) throws(JSONError) {
        var order: ID<Order>?
        var isProbe = false
        var number: Int?
        var method: PaymentMethod?
        var provider: String?
        var source: PaymentSource?
        var amount: Money?
        var capture = CaptureMode.atOnce
        var reference: String?
        var sums: [String: Int64] = [:]
        var operations: [PaymentOperation] = []
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        var version: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "order": order = try json.id(Order.self)
            case "probe": isProbe = try json.bool()
            case "number": number = try json.int()
            case "method": method = try json.name(of: PaymentMethod.self)
            case "provider": provider = try json.string()
            case "giftCard": source = .giftCard(try json.id(GiftCard.self))
            case "customer": source = .storeCredit(try json.id(Customer.self))
            case "amount": amount = try json.money()
            case "capture": capture = try json.name(of: CaptureMode.self)
            case "reference": reference = try json.string()
            case "authorised", "captured", "refunded", "fees", "disputed": sums[member] = try json.money().amount
            case "operations":
                try json.array { (json, _) throws(JSONError) in operations.append(try PaymentOperation(from: &json)) }
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "version": version = try json.int64()
            default: try json.skip()
            }
        }
        self.init(
            order: try json.required(order, "order"),
            number: try json.required(number, "number"),
            method: try json.required(method, "method"),
            provider: provider,
            source: source,
            amount: try json.required(amount, "amount"),
            capture: capture,
            reference: reference,
            authorised: sums["authorised"] ?? 0,
            captured: sums["captured"] ?? 0,
            refunded: sums["refunded"] ?? 0,
            fees: sums["fees"] ?? 0,
            disputed: sums["disputed"] ?? 0,
            operations: operations,
            createdAt: try json.required(createdAt, "createdAt"),
            updatedAt: try json.required(updatedAt, "updatedAt"),
            version: try json.required(version, "version")
        )
        self.isProbe = isProbe
    }
}

extension PaymentOperation {
    /// The operation as the API answers it, in the payment's currency.
    func write(to json: inout JSONWriter, currency: Currency) {
        json.beginObject()
        json.member("kind", kind.rawValue)
        json.member("key", key)
        json.member("amount", Money(amount, currency))
        if isFinal { json.member("final", true) }
        json.member("return", takenBack)
        json.member("state", isUnknown ? "unknown" : state.rawValue)
        json.member("tries", tries)
        if unresolved > 0 { json.member("unresolved", unresolved) }
        json.member("firstTriedAt", firstTriedAt)
        json.member("code", code)
        // The provider's own words may name the payer; where the payer is sent may, too.
        json.personal { json in
            json.member("detail", detail)
            json.member("action", action)
        }
        if taken > 0 { json.member("taken", Money(taken, currency)) }
        if isOutside { json.member("outside", true) }
        json.endObject()
    }

    /// Reads a stored operation.
    init(from json: inout JSONReader) throws(JSONError) {
        var kind: Kind?
        var key: String?
        var amount: Int64?
        var isFinal = false
        var takenBack: ID<Return>?
        var state = State.open
        var tries = 0
        var unresolved = 0
        var firstTriedAt: Timestamp?
        var code: String?
        var detail: String?
        var action: String?
        var taken: Int64 = 0
        var isOutside = false
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "kind": kind = try json.name(of: Kind.self)
            case "key": key = try json.string()
            case "amount": amount = try json.money().amount
            case "final": isFinal = try json.bool()
            case "return": takenBack = try json.id(Return.self)
            case "state": state = State(rawValue: try json.string()) ?? .open
            case "tries": tries = try json.int()
            case "unresolved": unresolved = try json.int()
            case "firstTriedAt": firstTriedAt = try json.timestamp()
            case "code": code = try json.string()
            case "detail": detail = try json.string()
            case "action": action = try json.string()
            case "outside": isOutside = try json.bool()
            case "taken": taken = try json.money().amount
            default: try json.skip()
            }
        }
        self.init(
            try json.required(kind, "kind"),
            key: try json.required(key, "key"),
            amount: try json.required(amount, "amount"),
            isFinal: isFinal,
            takenBack: takenBack,
            state: state,
            tries: tries,
            unresolved: unresolved,
            firstTriedAt: firstTriedAt,
            code: code,
            detail: detail,
            action: action,
            taken: taken,
            isOutside: isOutside
        )
    }
}
