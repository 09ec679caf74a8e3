import JSON
import Providers
import Trading

/// The common parts of the sandboxes' answers.
enum SandboxReply {
    /// By their contract nothing was done before 503 and 429; before 500 it may have been.
    static let rules = ReplyRules(nothingDone: [429, 503], refusing: [400, 402, 404, 409, 413, 415])

    /// The reason in a body of the form `{"error": {"code": …, "message": …}}`.
    ///
    /// A key that was used with another body is not a refusal: its first use may have had an effect.
    @Sendable static func words(_ reply: ProviderReply) -> ProviderRefusal? {
        do throws(JSONError) {
            return try reply.json { json throws(JSONError) in
                var found: ProviderRefusal?
                try json.object { json, name throws(JSONError) in
                    if name == "error" { found = try refusal(&json) } else { try json.skip() }
                }
                return found
            }
        } catch {
            // The body is not the sandbox's.
            return nil
        }
    }

    private static func refusal(_ json: inout JSONReader) throws(JSONError) -> ProviderRefusal {
        var code: String?
        var message = ""
        try json.object { json, name throws(JSONError) in
            switch name {
            case "code": code = try json.text()
            case "message": message = try json.text() ?? ""
            default: try json.skip()
            }
        }
        return ProviderRefusal(code: try json.required(code, "code"), detail: message)
    }
}

/// An action of the payment sandbox, as it answers a POST.
struct SandboxAction {
    private var isAuthorisation: Bool
    private var state: ProviderCharge.State
    private var receipt: PaymentReceipt

    init(_ json: inout JSONReader) throws(JSONError) {
        var (kind, charge, action, state): (String?, String?, String?, String?)
        var money = SandboxMoney()
        var fee: Int64?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "kind": kind = try json.text()
            case "charge": charge = try json.text()
            case "action": action = try json.text()
            case "state": state = try json.text()
            case "amount": money.amount = try json.int64()
            case "currency": money.code = try json.text()
            case "fee": fee = try json.int64()
            default: try json.skip()
            }
        }
        guard let known = ProviderCharge.State(rawValue: try json.required(state, "state")) else {
            throw json.failure(.invalidValue, "an unknown state")
        }
        let currency = try money.currency(json)
        isAuthorisation = try json.required(kind, "kind") == "authorise"
        self.state = known
        receipt = PaymentReceipt(
            reference: try json.required(charge, "charge"),
            action: action,
            amount: Money(try json.required(money.amount, "amount"), currency),
            fee: fee.map { Money($0, currency) }
        )
    }

    /// The outcome.
    var answer: ProviderAnswer<PaymentReceipt> {
        switch state {
        case .pending: .unknown(ProviderTrouble(code: "pending", detail: "the charge \(receipt.reference) is pending"))
        case .declined: .refused(ProviderRefusal(code: "declined"))
        // It was voided before it was decided, so nothing is authorised.
        case .voided where isAuthorisation: .refused(ProviderRefusal(code: "voided"))
        case .authorised, .captured, .voided: .done(receipt)
        }
    }
}

/// A page of charges.
struct SandboxCharges {
    private(set) var charges: [ProviderCharge] = []
    private(set) var next: String?

    init(_ json: inout JSONReader) throws(JSONError) {
        try json.object { json, name throws(JSONError) in
            switch name {
            case "charges":
                try json.array { json, _ throws(JSONError) in charges.append(try ProviderCharge(sandbox: &json)) }
            case "next": next = try json.text()
            default: try json.skip()
            }
        }
    }
}

/// Amounts with a separate currency member.
private struct SandboxMoney {
    var amount: Int64?
    var code: String?

    func currency(_ json: JSONReader) throws(JSONError) -> Currency {
        guard let currency = Currency(try json.required(code, "currency")) else {
            throw json.failure(.invalidValue, "an unknown currency")
        }
        return currency
    }
}

/// A refund in a charge's list, with the key of its request.
private struct SandboxRefund {
    let id: String
    let amount: Int64
    let key: String?

    init(_ json: inout JSONReader) throws(JSONError) {
        var (id, key): (String?, String?)
        var amount: Int64?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "amount": amount = try json.int64()
            case "key": key = try json.text()
            default: try json.skip()
            }
        }
        self.id = try json.required(id, "id")
        self.amount = try json.required(amount, "amount")
        self.key = key
    }
}

extension ProviderCharge {
    /// Reads a charge in the sandbox's format.
    init(sandbox json: inout JSONReader) throws(JSONError) {
        var (id, payment, state, createdAt): (String?, String?, String?, String?)
        var order: String?
        var (captured, held, fee): (Int64, Int64, Int64) = (0, 0, 0)
        var refunds: [SandboxRefund] = []
        var money = SandboxMoney()
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "payment": payment = try json.text()
            case "state": state = try json.text()
            case "amount": money.amount = try json.int64()
            case "currency": money.code = try json.text()
            case "captured": captured = try json.int64()
            case "held": held = try json.int64()
            case "refunds":
                try json.array { json, _ throws(JSONError) in refunds.append(try SandboxRefund(&json)) }
            case "fee": fee = try json.int64()
            case "createdAt": createdAt = try json.text()
            case "metadata":
                try json.object { json, name throws(JSONError) in
                    if name == "order" { order = try json.text() } else { try json.skip() }
                }
            default: try json.skip()
            }
        }
        guard let known = State(rawValue: try json.required(state, "state")) else {
            throw json.failure(.invalidValue, "an unknown state")
        }
        guard let time = Timestamp(try json.required(createdAt, "createdAt")) else {
            throw json.failure(.invalidValue, "not a time")
        }
        let currency = try money.currency(json)
        self.init(
            reference: try json.required(id, "id"),
            payment: payment,
            state: known,
            amount: Money(try json.required(money.amount, "amount"), currency),
            held: Money(held, currency),
            captured: Money(captured, currency),
            refunds: refunds.map { ProviderRefund(id: $0.id, key: $0.key, amount: Money($0.amount, currency)) },
            fee: Money(fee, currency),
            createdAt: time
        )
        self.order = order
    }
}
