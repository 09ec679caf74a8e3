import JSON
import Trading

/// Reads the requests to the payment sandbox, and writes its lists.
enum PaymentBodies {
    /// `{"payment", "token", "amount", "currency", "capture", "metadata"}`.
    static func charge(
        _ json: inout JSONReader
    ) throws(JSONError) -> (request: ChargeRequest, token: String) {
        var (payment, token): (String?, String?)
        var money = AmountMembers()
        var capturesAtOnce = true
        var metadata: [String: String] = [:]
        try json.object { json, name throws(JSONError) in
            switch name {
            case "payment": payment = try json.string(maxBytes: 200)
            case "token": token = try json.string(maxBytes: 200)
            case "capture": capturesAtOnce = try json.bool()
            case "metadata":
                try json.object { json, name throws(JSONError) in metadata[name] = try json.string(maxBytes: 500) }
            default: try money.read(name, &json)
            }
        }
        guard let payment else { throw json.missing("payment") }
        guard let token else { throw json.missing("token") }
        // A client that sends a card number here has made a security mistake already.
        guard token.hasPrefix("tok_") else { throw json.failure(.invalidValue, "a token begins with tok_") }
        let request = ChargeRequest(
            payment: payment,
            amount: try money.value(json),
            capturesAtOnce: capturesAtOnce,
            metadata: metadata,
            fate: .succeeds
        )
        return (request, token)
    }

    /// `{"amount", "currency", "final"}`.
    static func capture(_ json: inout JSONReader) throws(JSONError) -> ChargeChange {
        var money = AmountMembers()
        var isFinal = false
        try json.object { json, name throws(JSONError) in
            if name == "final" { isFinal = try json.bool() } else { try money.read(name, &json) }
        }
        return .capture(try money.value(json), isFinal: isFinal)
    }

    /// `{"amount", "currency"}`.
    static func refund(_ json: inout JSONReader) throws(JSONError) -> ChargeChange {
        var money = AmountMembers()
        try json.object { json, name throws(JSONError) in try money.read(name, &json) }
        return .refund(try money.value(json))
    }

    /// `{}`.
    static func void(_ json: inout JSONReader) throws(JSONError) -> ChargeChange {
        try json.object { json, name throws(JSONError) in throw json.unknown(name) }
        return .void
    }

    /// Writes a charge as an element of a list.
    static func write(_ charge: Charge, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", charge.id)
            json.member("payment", charge.payment)
            json.member("state", charge.state.rawValue)
            json.member("amount", charge.amount.amount)
            json.member("currency", charge.amount.currency.code)
            json.member("captured", charge.captured)
            json.member("refunded", charge.refunded)
            json.member("held", charge.held)
            json.member("fee", charge.fee)
            json.member("createdAt", "\(charge.createdAt)")
            json.key("captures")
            write(charge.captures, to: &json)
            json.key("refunds")
            write(charge.refunds, to: &json)
            json.key("metadata")
            json.object { json in
                for (name, value) in charge.metadata.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    json.string(value)
                }
            }
        }
    }

    private static func write(_ parts: [Charge.Part], to json: inout JSONWriter) {
        json.array { json in
            for part in parts {
                json.object { json in
                    json.member("id", part.id)
                    json.member("amount", part.amount)
                    json.member("at", "\(part.at)")
                    json.member("key", part.key)
                }
            }
        }
    }
}

/// The two members of an amount: minor units above zero, and their currency.
private struct AmountMembers {
    private var amount: Int64?
    private var currency: Currency?

    mutating func read(_ name: String, _ json: inout JSONReader) throws(JSONError) {
        switch name {
        case "amount": amount = try json.int64(in: 1...1_000_000_000_000)
        case "currency":
            guard let known = Currency(try json.string(maxBytes: 10)) else {
                throw json.failure(.invalidValue, "a currency of ISO 4217, as GBP")
            }
            currency = known
        default: throw json.unknown(name)
        }
    }

    func value(_ json: JSONReader) throws(JSONError) -> Money {
        guard let amount else { throw json.missing("amount") }
        guard let currency else { throw json.missing("currency") }
        return Money(amount, currency)
    }
}
