// The expected balances of the accounts, from the rest of the ledger: orders, payments, credits, gift cards and store credit.
// Summed in 128 bits, which no sum of 64-bit amounts can exceed, and with the auditor's own table of debits and credits, so that
// neither an overflow nor a wrong posting rule confirms itself.

import Ledger
import Trading

/// The expected balances; debits minus credits, in minor units.
struct BookSums: Sendable {
    private(set) var expected: [BalanceRow.Key: Int128] = [:]

    /// Adds a sale: customers owe it.
    mutating func sell(_ amount: Int128, _ currency: Currency) {
        add(amount, .receivable, currency)
        add(-amount, .revenue, currency)
    }

    /// Adds a payment's captures, refunds, fees and disputes.
    ///
    /// A prober's payment moves no real money, and is not in the books.
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
            // Bank accounts have no counterpart in the ledger; balances of cards and store credit show what is owed.
            return
        }
    }

    /// Adds a customer's credit.
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

    /// Adds the balance of a card or of store credit.
    mutating func owe(_ account: Account, _ amount: Money) {
        add(-Int128(amount.amount), account, amount.currency)
    }

    /// Whether the rest of the ledger determines the account's balance.
    ///
    /// Not the bank account and goodwill: a gift card has its issued amount, but not whether it was sold. Together with all other
    /// accounts, these two must sum to zero.
    static func knows(_ account: Account) -> Bool {
        account != .bank && account != .goodwill
    }

    private mutating func add(_ amount: Int128, _ account: Account, _ currency: Currency) {
        expected[BalanceRow.Key(account, currency), default: 0] += amount
    }
}
