// The books (I6): every entry balances in each currency, the accounts are the sums of the entries, and what is owed to holders of
// gift cards, to customers and by providers is what cards, customers and payments say.

import JSON
import Ledger
import Trading

/// What accounts should come to, by what stands elsewhere in the ledger; debits less credits, modulo 2^64.
struct BookSums: Sendable {
    private(set) var expected: [BalanceRow.Key: Int64] = [:]

    /// What a provider has of a payment's money.
    mutating func add(_ payment: Payment) {
        guard payment.provider != nil else { return }
        let key = BalanceRow.Key(payment.account, payment.amount.currency)
        expected[key, default: 0] &+= payment.captured &- payment.refunded &- payment.fees &- payment.disputed
    }

    /// What is owed to whoever holds a balance.
    mutating func owe(_ account: Account, _ amount: Money) {
        expected[BalanceRow.Key(account, amount.currency), default: 0] &-= amount.amount
    }
}

extension AuditPass {
    /// Reads the whole journal, then holds every balance against it.
    func auditBooks() throws(LedgerFailure) {
        var sums: [BalanceRow.Key: Int64] = [:]
        var number: Int64 = 0
        let counter = try view.counter(CounterRow.journal)
        try view.pages(AuditedEntry.self) { (page) throws(LedgerFailure) in
            for entry in page {
                if entry.key != number + 1 {
                    bookFinding("\(entry.key)", "number \(number + 1), without a gap", "\(entry.key)")
                }
                number = entry.key
                check(entry, &sums)
            }
            count("journal", page.count, of: Int(counter))
        }
        if number != counter {
            bookFinding("\(number + 1)", "entries up to the counter, \(counter)", "the last is \(number)")
        }
        try checkBalances(sums)
        try auditPurses()
        checkPurses(sums)
    }

    /// Each currency's balances sum to nothing; for an audit of what is new.
    func checkBalances() throws(LedgerFailure) {
        var sums: [Currency: Int64] = [:]
        for row in try balances() { sums[row.key.currency, default: 0] &+= row.amount }
        for (currency, sum) in sums where sum != 0 {
            findings.add(.doubleEntry, "balances", currency.code, expected: "balances that sum to 0", found: "\(sum)")
        }
    }

    private func balances() throws(LedgerFailure) -> [BalanceRow] {
        try view.rows(RowQuery<BalanceRow>(limit: 100_000))
    }

    private func check(_ entry: AuditedEntry, _ sums: inout [BalanceRow.Key: Int64]) {
        guard entry.kind != nil, let postings = Self.postings(entry.postings), !postings.isEmpty else {
            return findings.add(
                .structure,
                "journal",
                "\(entry.key)",
                expected: "a readable entry",
                found: "\(entry.postings.count) bytes that are not one"
            )
        }
        var byCurrency: [Currency: Int64] = [:]
        for posting in postings {
            byCurrency[posting.amount.currency, default: 0] &+= posting.amount.amount
            sums[BalanceRow.Key(posting.account, posting.amount.currency), default: 0] &+= posting.amount.amount
        }
        for (currency, sum) in byCurrency where sum != 0 {
            bookFinding("\(entry.key)", "debits that equal credits in \(currency.code)", "\(sum) between them")
        }
    }

    private static func postings(_ bytes: [UInt8]) -> [Posting]? {
        var json = JSONReader(bytes, limits: .stored)
        do throws(JSONError) {
            let postings: [Posting] = try json.documents()
            try json.finish()
            return postings
        } catch {
            return nil
        }
    }

    private func checkBalances(_ sums: [BalanceRow.Key: Int64]) throws(LedgerFailure) {
        var left = sums
        for row in try balances() {
            let sum = left.removeValue(forKey: row.key) ?? 0
            if sum != row.amount { balanceFinding(row.key, "\(sum), the sum of its entries", "\(row.amount)") }
        }
        for (key, sum) in left where sum != 0 { balanceFinding(key, "\(sum), the sum of its entries", "no balance") }
        try checkBalances()
        count("balances", sums.count)
    }

    /// Gift cards and store credit, which the shop owes.
    private func auditPurses() throws(LedgerFailure) {
        try view.pages(AuditedGiftCard.self) { (page) throws(LedgerFailure) in
            for row in page {
                guard let card = GiftCard(document: row.document) else {
                    add(.structure, "gift_cards", ID<GiftCard>(row.key), "a readable gift card", "other bytes")
                    continue
                }
                if row.balance != card.balance.amount || card.balance.isNegative {
                    let expected = "a balance of \(card.balance.amount), not below 0"
                    add(.doubleEntry, "gift_cards", card.id, expected, row.balance.map { "\($0)" } ?? "none")
                }
                books.owe(.giftCards, card.balance)
            }
            count("gift cards", page.count)
        }
        try view.pages(StoreCreditRow.self) { (page) throws(LedgerFailure) in
            for row in page {
                if row.amount < 0 {
                    add(.doubleEntry, "store_credits", row.key.customer, "at least 0", "\(row.amount)")
                }
                books.owe(.storeCredit, row.balance)
            }
            count("store credit", page.count)
        }
    }

    /// What the books say is owed and held is what cards, customers and payments say.
    private func checkPurses(_ sums: [BalanceRow.Key: Int64]) {
        let keys = Set(books.expected.keys).union(sums.keys.filter(\.account.hasCounterpart))
        for key in keys {
            let (expected, found) = (books.expected[key] ?? 0, sums[key] ?? 0)
            if expected != found {
                balanceFinding(key, "\(expected), by what payments, cards and customers say", "\(found)")
            }
        }
    }

    private func bookFinding(_ key: String, _ expected: String, _ found: String) {
        findings.add(.doubleEntry, "journal", key, expected: expected, found: found)
    }

    private func balanceFinding(_ key: BalanceRow.Key, _ expected: String, _ found: String) {
        let name = "\(key.account.name) \(key.currency.code)"
        findings.add(.doubleEntry, "balances", name, expected: expected, found: found)
    }
}

extension Account {
    /// Whether something else in the ledger says what it must come to.
    fileprivate var hasCounterpart: Bool {
        switch self {
        case .clearing, .giftCards, .storeCredit: true
        default: false
        }
    }
}
