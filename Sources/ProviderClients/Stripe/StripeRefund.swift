import JSON
import Providers
import Trading

/// The members of a refund.
struct StripeRefund: Sendable {
    let id: String
    /// In Stripe's units.
    let value: Int64
    /// The reason, in Stripe's terms.
    let reason: String?
    /// The key of our operation, which we sent as metadata.
    let operation: String?
    /// The intent that it is of.
    let intent: String?
    private let amount: Money
    private let status: String
    private let failure: String?

    init(_ json: inout JSONReader) throws(JSONError) {
        var (id, intent, status, currency): (String?, String?, String?, String?)
        var (reason, failure, operation): (String?, String?, String?)
        var amount: Int64?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "payment_intent":
                intent = try json.peek() == .object ? try Self.member("id", of: &json) : try json.text()
            case "status": status = try json.text()
            case "currency": currency = try json.text()
            case "amount": amount = try json.int64()
            case "reason": reason = try json.text()
            case "failure_reason": failure = try json.text()
            case "metadata": operation = try json.isNull() ? nil : try Self.member(Self.operationName, of: &json)
            default: try json.skip()
            }
        }
        value = try json.required(amount, "amount")
        guard let money = StripeAmount.money(value, try json.required(currency, "currency")) else {
            throw json.failure(.invalidValue, "not an amount of a known currency")
        }
        self.id = try json.required(id, "id")
        self.intent = intent
        self.amount = money
        self.reason = reason
        self.operation = operation
        self.failure = failure
        // A refund without a status has been accepted by Stripe.
        self.status = status ?? "pending"
    }

    /// The name of our operation's key in a refund's metadata.
    static let operationName = "operation"

    private static func member(_ wanted: String, of json: inout JSONReader) throws(JSONError) -> String? {
        var found: String?
        try json.object { json, name throws(JSONError) in
            if name == wanted { found = try json.text() } else { try json.skip() }
        }
        return found
    }

    /// The state; an unknown status counts as undecided.
    private var state: ProviderRefund.State {
        switch status {
        case "succeeded": .succeeded
        case "failed", "canceled": .failed
        default: .pending
        }
    }

    /// Whether Stripe counts it as refunded.
    var counts: Bool { state != .failed }

    /// The refund as the provider's books have it.
    var known: ProviderRefund { ProviderRefund(id: id, key: operation, amount: amount, state: state) }

    /// The outcome after it was requested.
    func answer(reference: String) -> ProviderAnswer<PaymentReceipt> {
        let receipt = PaymentReceipt(
            reference: intent ?? reference,
            action: id,
            amount: amount,
            isPending: state == .pending
        )
        switch state {
        case .succeeded, .pending: return .done(receipt)
        case .failed:
            return .refused(
                ProviderRefusal(code: "refund_\(status)", detail: failure ?? "the refund \(id) is \(status)")
            )
        }
    }
}

/// A page of refunds.
struct StripeRefunds: Sendable {
    private(set) var refunds: [StripeRefund] = []
    private(set) var hasMore = false

    init(_ json: inout JSONReader) throws(JSONError) {
        try json.object { json, name throws(JSONError) in
            switch name {
            case "data": try json.array { json, _ throws(JSONError) in refunds.append(try StripeRefund(&json)) }
            case "has_more": hasMore = try json.bool()
            default: try json.skip()
            }
        }
    }
}
