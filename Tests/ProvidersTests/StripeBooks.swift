import Foundation

/// The money of the Stripe stand-in, by the text of Stripe's contract (`words` in `Fixtures/stripe.json`), not by Tradewind's
/// reading of it.
struct StripeBooks: Sendable {
    /// A PaymentIntent with its one charge; amounts are in Stripe's units.
    struct Intent: Sendable {
        let id: String
        let amount: Int64
        let currency: String
        let created: Int64
        let metadata: [String: String]
        var status: String
        var error: String?
        /// As the contract says: "amount … captured (can be less than the amount attribute on the charge if a partial capture was
        /// made)".
        var captured: Int64 = 0
        /// The part that was not captured or was cancelled and is "automatically refunded".
        var released: Int64 = 0
        /// "A list of refunds that have been applied to the charge", the newest first.
        var refunds: [Refund] = []
        var disputes: [Dispute] = []

        /// "Amount … refunded": releases count, failed refunds do not.
        var refunded: Int64 {
            released + refunds.filter { $0.counts && !$0.isRelease }.reduce(0) { $0 + $1.amount }
        }

        /// The part of the captured amount that can still be refunded.
        var refundable: Int64 { captured - refunds.filter { $0.counts && !$0.isRelease }.reduce(0) { $0 + $1.amount } }
    }

    struct Refund: Sendable {
        let id: String
        let amount: Int64
        /// "Time at which the object was created. Measured in seconds since the Unix epoch."
        let created: Int64
        /// Counts the refunds of all charges as they are made.
        let number: Int
        var status: String
        var reason: String?
        var metadata: [String: String] = [:]
        var isRelease = false
        /// Whether it is of a charge without a PaymentIntent: the contract's `payment_intent` is nullable.
        var isOfPlainCharge = false

        var counts: Bool { status != "failed" && status != "canceled" }
    }

    struct Dispute: Sendable {
        let id: String
        let amount: Int64
        let created: Int64
        /// Counts the disputes of all charges as they are made.
        let number: Int
        var status: String
        /// As the contract says: "zero, one, or two balance transactions that show funds withdrawn and reinstated".
        var transactions: [Int64] = []
    }

    var intents: [Intent] = []
    var examples: StripeExamples?
    /// The contract leaves open whether a release appears in the list of refunds.
    var listsReleases = false
    /// The status of the next refunds.
    var refundStatus = "succeeded"
    /// How many refunds were made, by any means.
    private(set) var refundsMade = 0
    /// How many disputes there are.
    private(set) var disputesMade = 0
    /// The time of what happens next; nil for the present.
    var clock: Int64?

    private var now: Int64 { clock ?? Int64(Date().timeIntervalSince1970) }

    static let missing = failure(404, "resource_missing", "No such object.")

    static func failure(_ status: Int, _ code: String, _ message: String) -> (Int, String) {
        (status, #"{"error":{"type":"invalid_request_error","code":"\#(code)","message":"\#(message)"}}"#)
    }

    mutating func create(_ form: FormValue, _ expanded: [String]) -> (Int, String) {
        let amount = Int64(form["amount"] ?? "") ?? 0
        let currency = form["currency"] ?? ""
        // "The amount value supports up to eight digits."
        guard amount <= 99_999_999 else { return Self.failure(400, "amount_too_large", "The amount is too large.") }
        // "The minimum amount is $0.50 US."
        guard currency != "usd" || amount >= 50 else {
            return Self.failure(400, "amount_too_small", "It is too small.")
        }
        if ["bhd", "jod", "kwd", "omr", "tnd"].contains(currency), amount % 10 != 0 {
            return Self.failure(400, "parameter_invalid_integer", "The last digit must be 0.")
        }
        var intent = Intent(
            id: "pi_\(intents.count + 1)",
            amount: amount,
            currency: currency,
            created: now,
            metadata: form.texts("metadata"),
            status: form["capture_method"] == "manual" ? "requires_capture" : "succeeded"
        )
        defer { intents.append(intent) }
        switch form["payment_method"] {
        case "pm_card_chargeDeclined":
            intent.status = "requires_payment_method"
            let error =
                #""type":"card_error","code":"card_declined","decline_code":"insufficient_funds","#
                + #""message":"Your card has insufficient funds.""#
            intent.error = "{\(error)}"
            return (402, #"{"error":{\#(error),"payment_intent":\#(json(intent, expanded))}}"#)
        case "pm_processing": intent.status = "processing"
        default: break
        }
        if intent.status == "succeeded" { intent.captured = intent.amount }
        return (200, json(intent, expanded))
    }

    mutating func change(_ place: Int, _ step: String, _ form: FormValue, _ expanded: [String]) -> (Int, String) {
        let done =
            step == "capture"
            ? capture(place, form["amount_to_capture"].flatMap { Int64($0) }) : cancel(place)
        guard done else {
            return Self.failure(
                400,
                "payment_intent_unexpected_state",
                "This PaymentIntent has the status \(intents[place].status)."
            )
        }
        return (200, json(intents[place], expanded))
    }

    /// As the contract says: "any additional amount will be automatically refunded", and "defaults to the full
    /// `amount_capturable`".
    mutating func capture(_ place: Int, _ amount: Int64?) -> Bool {
        guard intents[place].status == "requires_capture" else { return false }
        intents[place].captured = amount ?? intents[place].amount
        intents[place].status = "succeeded"
        release(place, intents[place].amount - intents[place].captured)
        return true
    }

    /// As the contract says: "the remaining `amount_capturable` will automatically be refunded".
    mutating func cancel(_ place: Int) -> Bool {
        guard ["requires_capture", "processing", "requires_payment_method"].contains(intents[place].status) else {
            return false
        }
        let wasHeld = intents[place].status == "requires_capture"
        intents[place].status = "canceled"
        release(place, wasHeld ? intents[place].amount : 0)
        return true
    }

    private mutating func release(_ place: Int, _ amount: Int64) {
        guard amount > 0 else { return }
        intents[place].released = amount
        guard listsReleases else { return }
        refundsMade += 1
        let refund = Refund(
            id: "re_release_\(refundsMade)",
            amount: amount,
            created: now,
            number: refundsMade,
            status: "succeeded",
            isRelease: true
        )
        intents[place].refunds.insert(refund, at: 0)
    }

    mutating func refund(_ form: FormValue) -> (Int, String) {
        guard let place = intents.firstIndex(where: { $0.id == form["payment_intent"] }) else { return Self.missing }
        let amount = form["amount"].flatMap { Int64($0) } ?? 0
        guard let made = refund(place, amount, metadata: form.texts("metadata")) else {
            return Self.failure(
                400,
                "charge_already_refunded",
                "Refund amount is greater than unrefunded amount on charge."
            )
        }
        return (200, Self.text(json(made, of: intents[place])))
    }

    /// Refunds, by a request or in the dashboard; nil if less than that is left.
    @discardableResult
    mutating func refund(_ place: Int, _ amount: Int64, metadata: [String: String] = [:]) -> Refund? {
        guard amount <= intents[place].refundable else { return nil }
        refundsMade += 1
        let refund = Refund(
            id: "re_\(refundsMade)",
            amount: amount,
            created: now,
            number: refundsMade,
            status: refundStatus,
            metadata: metadata
        )
        intents[place].refunds.insert(refund, at: 0)
        return refund
    }

    /// A customer's bank disputes an amount: funds are withdrawn, unless it is only an inquiry.
    mutating func dispute(_ place: Int, _ amount: Int64, withdraws: Bool = true) {
        disputesMade += 1
        intents[place].disputes.append(
            Dispute(
                id: "dp_\(disputesMade)",
                amount: amount,
                created: now,
                number: disputesMade,
                status: withdraws ? "needs_response" : "warning_needs_response",
                transactions: withdraws ? [-amount] : []
            )
        )
    }

    /// The list of refunds: "in sorted order, with the most recent refunds appearing first".
    func refunds(_ query: FormValue) -> (Int, String) {
        page(query) { intent in
            intent.refunds.map { refund in
                Listed(id: refund.id, created: refund.created, place: -refund.number, json: json(refund, of: intent))
            }
        }
    }

    /// "Returns a list of your disputes", in an order that the contract leaves open: here the oldest first.
    func disputes(_ query: FormValue) -> (Int, String) {
        page(query) { intent in
            intent.disputes.map { dispute in
                var json = examples?.object("dispute") ?? [:]
                json.merge([
                    "id": dispute.id, "amount": dispute.amount, "currency": intent.currency, "status": dispute.status,
                    "created": dispute.created, "charge": "ch_\(intent.id)", "payment_intent": intent.id,
                    "balance_transactions": dispute.transactions.map { transaction($0, fee: 0, of: intent) },
                ]) { $1 }
                return Listed(id: dispute.id, created: dispute.created, place: dispute.number, json: json)
            }
        }
    }

    /// A member of a list, and where it stands in it.
    private struct Listed {
        let id: String
        let created: Int64
        let place: Int
        let json: [String: Any]
    }

    /// The page of a list that a query asks for.
    private func page(_ query: FormValue, _ members: (Intent) -> [Listed]) -> (Int, String) {
        var listed = intents
        if let id = query["payment_intent"] {
            listed = intents.filter { $0.id == id }
            guard !listed.isEmpty else { return Self.missing }
        }
        // "Limit can range between 1 and 100, and the default is 10."
        let limit = query["limit"].map { Int($0) ?? 0 } ?? 10
        guard (1...100).contains(limit) else { return Self.failure(400, "parameter_invalid_integer", "limit") }
        let span = query.texts("created").mapValues { Int64($0) ?? 0 }
        var found = listed.flatMap(members).filter { one in
            one.created >= span["gte"] ?? .min && one.created > span["gt"] ?? .min
                && one.created < span["lt"] ?? .max && one.created <= span["lte"] ?? .max
        }
        found.sort { $0.place < $1.place }
        if let after = query["starting_after"] {
            // "An object ID that defines your place in the list."
            guard let place = found.firstIndex(where: { $0.id == after }) else { return Self.missing }
            found = Array(found[(place + 1)...])
        }
        return (200, Self.text(list(found.prefix(limit).map(\.json), hasMore: found.count > limit)))
    }
}
