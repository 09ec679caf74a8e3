import JSON
import Providers
import Trading

/// The needed members of a PaymentIntent; others are skipped.
struct StripeIntent: Sendable {
    let id: String
    let status: String
    let payment: String?
    /// Our own id of the order in the metadata.
    let order: String?
    let amount: Money
    let capturable: Money
    let received: Money
    let fee: Money
    let latest: StripeCharge
    /// `amount` and `amount_received` in Stripe's units.
    private let units: (amount: Int64, received: Int64)
    let created: Timestamp
    let error: StripeError?

    init(_ json: inout JSONReader) throws(JSONError) {
        var (id, status, payment, currency): (String?, String?, String?, String?)
        var order: String?
        var (amount, created): (Int64?, Int64?)
        var (received, capturable): (Int64, Int64?) = (0, nil)
        var charge = StripeCharge()
        var error: StripeError?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "status": status = try json.text()
            case "currency": currency = try json.text()
            case "amount": amount = try json.int64()
            case "amount_received": received = try json.isNull() ? 0 : try json.int64()
            case "amount_capturable": capturable = try json.isNull() ? nil : try json.int64()
            case "created": created = try json.int64(in: 0...253_402_300_799)
            case "metadata": (payment, order) = try Self.ids(&json)
            case "latest_charge": try charge.read(&json)
            case "last_payment_error": error = try json.isNull() ? nil : try StripeError(&json)
            default: try json.skip()
            }
        }
        self.id = try json.required(id, "id")
        self.status = try json.required(status, "status")
        self.payment = payment
        self.order = order
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
        // The capturable amount is a member of its own; a server without it holds the whole amount until it is captured or
        // released.
        let isHeld = status == "requires_capture"
        self.capturable = try money(isHeld ? capturable ?? amount ?? 0 : 0, in: code)
        latest = charge
        units = (amount ?? 0, received)
        fee = try money(charge.fee, in: charge.feeCurrency ?? code)
    }

    /// Our own ids in the metadata.
    static func ids(_ json: inout JSONReader) throws(JSONError) -> (payment: String?, order: String?) {
        if try json.isNull() { return (nil, nil) }
        var (payment, order): (String?, String?)
        try json.object { json, name throws(JSONError) in
            switch name {
            case "payment": payment = try json.text()
            case "order": order = try json.text()
            default: try json.skip()
            }
        }
        return (payment, order)
    }

    /// The state of the charge; nil for an unknown status.
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

    /// The charge as the provider's books have it; nil for an unknown status.
    ///
    /// - Parameters:
    ///   - refunds: all of the charge's refunds.
    ///   - disputes: all of its disputes.
    func charge(refunds: [StripeRefund], disputes: [StripeDispute]) -> ProviderCharge? {
        guard let state else { return nil }
        var charge = ProviderCharge(
            reference: id,
            payment: payment,
            state: state,
            amount: amount,
            held: capturable,
            captured: received,
            refunds: received.isZero ? [] : latest.withoutRelease(refunds, of: units).map(\.known),
            fee: disputes.reduce(fee) { $1.adding(to: $0) },
            disputed: Money(disputes.reduce(0) { $0 + $1.withdrawn(in: amount.currency) }, amount.currency),
            createdAt: created
        )
        charge.order = order
        return charge
    }

    /// The outcome after an intent was created and confirmed.
    var authorisation: ProviderAnswer<PaymentReceipt> {
        switch state {
        case .authorised, .captured: .done(receipt(amount))
        case .pending: .done(PaymentReceipt(reference: id, amount: amount, isPending: true))
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
