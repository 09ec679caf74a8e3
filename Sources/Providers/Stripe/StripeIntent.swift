import JSON
import Trading

/// What is read of a PaymentIntent; members that are not needed here are passed over.
struct StripeIntent: Sendable {
    let id: String
    let status: String
    let payment: String?
    let amount: Money
    let received: Money
    let refunded: Money
    let fee: Money
    let created: Timestamp
    let error: StripeError?

    init(_ json: inout JSONReader) throws(JSONError) {
        var (id, status, payment, currency): (String?, String?, String?, String?)
        var (amount, created): (Int64?, Int64?)
        var received: Int64 = 0
        var charge = StripeCharge()
        var error: StripeError?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "status": status = try json.text()
            case "currency": currency = try json.text()
            case "amount": amount = try json.int64()
            case "amount_received": received = try json.isNull() ? 0 : try json.int64()
            case "created": created = try json.int64(in: 0...253_402_300_799)
            case "metadata": payment = try Self.payment(&json)
            case "latest_charge": try charge.read(&json)
            case "last_payment_error": error = try json.isNull() ? nil : try StripeError(&json)
            default: try json.skip()
            }
        }
        self.id = try json.required(id, "id")
        self.status = try json.required(status, "status")
        self.payment = payment
        self.error = error
        self.created = Timestamp(milliseconds: try json.required(created, "created") * 1000)
        let code = try json.required(currency, "currency")
        func money(_ value: Int64, in code: String) throws(JSONError) -> Money {
            guard let money = StripeAmount.money(value, code) else {
                throw json.failure(.invalidValue, "not an amount of a known currency")
            }
            return money
        }
        self.amount = try money(try json.required(amount, "amount"), in: code)
        self.received = try money(received, in: code)
        refunded = try money(charge.refunded, in: code)
        fee = try money(charge.fee, in: charge.feeCurrency ?? code)
    }

    /// Our own id in the metadata.
    static func payment(_ json: inout JSONReader) throws(JSONError) -> String? {
        if try json.isNull() { return nil }
        var payment: String?
        try json.object { json, name throws(JSONError) in
            if name == "payment" { payment = try json.text() } else { try json.skip() }
        }
        return payment
    }

    /// Where the charge stands; nil for a status that is not known here.
    var state: ProviderCharge.State? {
        switch status {
        case "requires_capture": .authorised
        case "succeeded": .captured
        case "canceled": .voided
        case "processing", "requires_confirmation": .pending
        case "requires_payment_method", "requires_action": .declined
        default: nil
        }
    }

    /// The charge as the provider's books hold it; nil for a status that is not known here.
    var charge: ProviderCharge? {
        guard let state else { return nil }
        return ProviderCharge(
            reference: id,
            payment: payment,
            state: state,
            amount: amount,
            captured: received,
            refunded: refunded,
            fee: fee,
            createdAt: created
        )
    }

    /// What is known after an intent was made and confirmed.
    var authorisation: ProviderAnswer<PaymentReceipt> {
        switch state {
        case .authorised, .captured: .done(receipt(amount))
        case .pending: .unknown(ProviderTrouble(code: "pending", detail: "\(id) is \(status)"))
        case .declined where status == "requires_action":
            .refused(ProviderRefusal(code: "authentication_required", detail: "the bank asks for the customer"))
        case .declined: .refused(error?.refusal ?? ProviderRefusal(code: "declined"))
        case .voided: .refused(ProviderRefusal(code: "voided"))
        case nil: .unknown(ProviderTrouble(code: "nonsense", detail: "\(id) is \(status)"))
        }
    }

    /// A receipt for an amount of it.
    func receipt(_ amount: Money) -> PaymentReceipt {
        PaymentReceipt(reference: id, action: nil, amount: amount, fee: fee.isZero ? nil : fee)
    }
}

/// What is read of an intent's latest charge, where it was expanded.
private struct StripeCharge {
    var refunded: Int64 = 0
    var fee: Int64 = 0
    var feeCurrency: String?

    mutating func read(_ json: inout JSONReader) throws(JSONError) {
        guard try json.peek() == .object else { return try json.skip() }
        try json.object { json, name throws(JSONError) in
            switch name {
            case "amount_refunded": refunded = try json.isNull() ? 0 : try json.int64()
            case "balance_transaction": try readTransaction(&json)
            default: try json.skip()
            }
        }
    }

    private mutating func readTransaction(_ json: inout JSONReader) throws(JSONError) {
        guard try json.peek() == .object else { return try json.skip() }
        try json.object { json, name throws(JSONError) in
            switch name {
            case "fee": fee = try json.int64()
            case "currency": feeCurrency = try json.text()
            default: try json.skip()
            }
        }
    }
}

/// A page of intents.
struct StripeIntents: Sendable {
    private(set) var intents: [StripeIntent] = []
    private(set) var hasMore = false

    init(_ json: inout JSONReader) throws(JSONError) {
        try json.object { json, name throws(JSONError) in
            switch name {
            case "data": try json.array { json, _ throws(JSONError) in intents.append(try StripeIntent(&json)) }
            case "has_more": hasMore = try json.bool()
            default: try json.skip()
            }
        }
    }
}

/// What is read of a refund.
struct StripeRefund: Sendable {
    private var id: String
    private var intent: String?
    private var amount: Money
    private var status: String

    init(_ json: inout JSONReader) throws(JSONError) {
        var (id, intent, status, currency): (String?, String?, String?, String?)
        var amount: Int64?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "payment_intent": intent = try json.peek() == .object ? try Self.id(of: &json) : try json.text()
            case "status": status = try json.text()
            case "currency": currency = try json.text()
            case "amount": amount = try json.int64()
            default: try json.skip()
            }
        }
        let value = try json.required(amount, "amount")
        guard let money = StripeAmount.money(value, try json.required(currency, "currency")) else {
            throw json.failure(.invalidValue, "not an amount of a known currency")
        }
        self.id = try json.required(id, "id")
        self.intent = intent
        self.amount = money
        // A refund without a status is one that Stripe has taken on.
        self.status = status ?? "pending"
    }

    private static func id(of json: inout JSONReader) throws(JSONError) -> String? {
        var id: String?
        try json.object { json, name throws(JSONError) in
            if name == "id" { id = try json.text() } else { try json.skip() }
        }
        return id
    }

    /// What is known after it was asked for; `pending` is done, since Stripe has taken it on.
    func answer(reference: String) -> ProviderAnswer<PaymentReceipt> {
        switch status {
        case "succeeded", "pending":
            .done(PaymentReceipt(reference: intent ?? reference, action: id, amount: amount))
        case "failed", "canceled": .refused(ProviderRefusal(code: "refund_\(status)"))
        default: .unknown(ProviderTrouble(code: "pending", detail: "\(id) is \(status)"))
        }
    }
}
