import JSON
import Trading

/// The members of a dispute: its balance transactions "show funds withdrawn and reinstated", and without one no money has moved.
struct StripeDispute: Sendable {
    private struct Transaction: Sendable {
        var amount: Int64 = 0
        var fee: Int64 = 0
        var currency = ""
    }

    let id: String
    /// The intent that it is of.
    let intent: String?
    private let amount: Money
    private let transactions: [Transaction]

    init(_ json: inout JSONReader) throws(JSONError) {
        var (amount, currency): (Int64?, String?)
        var (id, intent): (String?, String?)
        var transactions: [Transaction] = []
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "payment_intent": intent = try json.text()
            case "amount": amount = try json.int64()
            case "currency": currency = try json.text()
            case "balance_transactions":
                try json.array { json, _ throws(JSONError) in transactions.append(try Self.transaction(&json)) }
            default: try json.skip()
            }
        }
        let code = try json.required(currency, "currency")
        guard let money = StripeAmount.money(try json.required(amount, "amount"), code) else {
            throw json.failure(.invalidValue, "not an amount of a known currency")
        }
        self.amount = money
        self.id = try json.required(id, "id")
        self.intent = intent
        self.transactions = transactions
    }

    private static func transaction(_ json: inout JSONReader) throws(JSONError) -> Transaction {
        var transaction = Transaction()
        try json.object { json, name throws(JSONError) in
            switch name {
            case "amount": transaction.amount = try json.int64()
            case "fee": transaction.fee = try json.int64()
            case "currency": transaction.currency = try json.text() ?? ""
            default: try json.skip()
            }
        }
        return transaction
    }

    /// Minor units of the charge's currency that were withdrawn and not reinstated.
    ///
    /// If the account has another currency, the first transaction withdrew the disputed amount and the second reinstated it.
    func withdrawn(in currency: Currency) -> Int64 {
        guard amount.currency == currency else { return 0 }
        let own = transactions.compactMap { StripeAmount.money($0.amount, $0.currency) }
        guard own.count == transactions.count, own.allSatisfy({ $0.currency == currency }) else {
            return transactions.count == 1 ? amount.amount : 0
        }
        return max(0, -own.reduce(0) { $0 + $1.amount })
    }

    /// A charge's fee with Stripe's fee for the dispute, if that has the same currency.
    func adding(to fee: Money) -> Money {
        let fees = transactions.compactMap { StripeAmount.money($0.fee, $0.currency) }.filter {
            $0.currency == fee.currency
        }
        return Money(fees.reduce(fee.amount) { $0 + $1.amount }, fee.currency)
    }
}

/// A page of disputes.
struct StripeDisputes: Sendable {
    private(set) var disputes: [StripeDispute] = []
    private(set) var hasMore = false

    init(_ json: inout JSONReader) throws(JSONError) {
        try json.object { json, name throws(JSONError) in
            switch name {
            case "data": try json.array { json, _ throws(JSONError) in disputes.append(try StripeDispute(&json)) }
            case "has_more": hasMore = try json.bool()
            default: try json.skip()
            }
        }
    }
}
