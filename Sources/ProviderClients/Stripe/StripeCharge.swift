// A charge's sums do not show the refunds. By the contract "any additional amount will be automatically refunded" when a part is
// captured, and a canceled intent's "remaining amount_capturable will automatically be refunded": `amount_refunded` includes
// money that was never captured. So the refunds are the list of refund objects; and if that list has one for the released amount,
// it is left out.

import JSON

/// The members of an intent's latest charge, if it was expanded.
struct StripeCharge: Sendable {
    /// `amount`, `amount_captured` and `amount_refunded`, in Stripe's units; nil where they are missing.
    private(set) var amount: Int64?
    private(set) var captured: Int64?
    private(set) var refunded: Int64 = 0
    /// `disputed`: whether there are disputes to read.
    private(set) var isDisputed = false
    /// `refunds`, as far as the charge contains them; nil where they are missing.
    private(set) var refunds: StripeRefunds?
    private(set) var fee: Int64 = 0
    private(set) var feeCurrency: String?

    /// Reads it; a bare id gives no members.
    mutating func read(_ json: inout JSONReader) throws(JSONError) {
        guard try json.peek() == .object else { return try json.skip() }
        try json.object { json, name throws(JSONError) in
            switch name {
            case "amount": amount = try json.isNull() ? nil : try json.int64()
            case "amount_captured": captured = try json.isNull() ? nil : try json.int64()
            case "amount_refunded": refunded = try json.isNull() ? 0 : try json.int64()
            case "disputed": isDisputed = try json.isNull() ? false : try json.bool()
            case "refunds": refunds = try json.isNull() ? nil : try StripeRefunds(&json)
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

    /// All refunds, if the charge contains all of them.
    var allRefunds: [StripeRefund]? {
        guard let refunds else { return refunded == 0 ? [] : nil }
        return refunds.hasMore ? nil : refunds.refunds
    }

    /// The refunds of captured money: without the one for the amount that a partial capture released.
    ///
    /// `amount_refunded` includes the released amount. If the refunds sum to as much, one of them is the release: not one of
    /// ours, of exactly that amount, and the oldest, since no refund precedes the capture.
    ///
    /// - Parameter units: the intent's amount and received amount, for use where the charge lacks them.
    func withoutRelease(
        _ refunds: [StripeRefund],
        of units: (amount: Int64, received: Int64)
    ) -> [StripeRefund] {
        let told = refunds.filter { $0.reason != "expired_uncaptured_charge" }
        let (amount, captured) = (amount ?? units.amount, captured ?? units.received)
        guard captured > 0, captured < amount else { return told }
        let released = amount - captured
        let sum = told.filter(\.counts).reduce(0) { $0 + $1.value }
        guard sum >= refunded || sum > captured,
            let place = told.lastIndex(where: { $0.counts && $0.operation == nil && $0.value == released })
        else { return told }
        return told.enumerated().filter { $0.offset != place }.map(\.element)
    }
}
