// What the accounts should come to, by what stands elsewhere in the ledger: orders, payments, credits, gift cards and store credit.
// Counted in 128 bits, which no sum of 64-bit amounts can pass, and from the auditor's own table of who gains and who loses, so that
// neither a sum that wraps nor a posting rule that is wrong is checked by itself.

import Ledger
import Trading

/// What accounts should come to; debits less credits, in minor units.
struct BookSums: Sendable {
    private(set) var expected: [BalanceRow.Key: Int128] = [:]

    /// What was sold: customers owe it.
    mutating func sell(_ amount: Int128, _ currency: Currency) {
        add(amount, .receivable, currency)
        add(-amount, .revenue, currency)
    }

    /// What a payment took and gave back, what its provider kept, and what the customer's bank took back.
    ///
    /// A prober's moves no money of the shop's, and stands in no books.
    mutating func add(_ payment: Payment) {
        guard !payment.isProbe else { return }
        let currency = payment.amount.currency
        let kept = Int128(payment.captured) - Int128(payment.refunded)
        add(-kept, .receivable, currency)
        switch payment.method {
        case .card:
            guard let provider = payment.provider else { return }
            let (fees, disputed) = (Int128(payment.fees), Int128(payment.disputed))
            add(kept - fees - disputed, .clearing(provider: provider), currency)
            add(fees, .fees, currency)
            add(disputed, .disputes, currency)
        case .cashOnDelivery: add(kept, .cashInTransit, currency)
        case .manual, .storeCredit, .giftCard:
            // Banks keep books of their own; what is left on cards and of store credit says what is owed.
            return
        }
    }

    /// What a customer was credited with.
    mutating func add(_ credit: Credit) {
        let amount = Int128(credit.amount.amount)
        if credit.kind == .payout { return add(amount, .receivable, credit.amount.currency) }
        add(-amount, .receivable, credit.amount.currency)
        switch credit.kind {
        case .return: add(amount, .returns, credit.amount.currency)
        case .adjustment: add(amount, .adjustments, credit.amount.currency)
        case .credit, .payout: return
        }
    }

    /// What is owed to whoever holds a balance.
    mutating func owe(_ account: Account, _ amount: Money) {
        add(-Int128(amount.amount), account, amount.currency)
    }

    /// Whether something else in the ledger says what an account must come to.
    ///
    /// Not what is at the bank, and what was given away: gift cards say how much they were issued with, and not who paid for them.
    /// With all the others, these two are the rest of what must sum to nothing.
    static func knows(_ account: Account) -> Bool {
        account != .bank && account != .goodwill
    }

    private mutating func add(_ amount: Int128, _ account: Account, _ currency: Currency) {
        expected[BalanceRow.Key(account, currency), default: 0] += amount
    }
}
