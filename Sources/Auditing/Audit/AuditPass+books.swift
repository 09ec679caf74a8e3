// The books (I6): every entry balances in each currency, the accounts are the sums of the entries, and these sums match the
// orders, payments, credits, gift cards and store credit. All sums have 128 bits.

import JSON
import Ledger
import Trading

extension AuditPass {
    /// Reads the whole journal, then compares every balance with it.
    func auditBooks() throws(LedgerFailure) {
        var sums: [BalanceRow.Key: Int128] = [:]
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

    /// Checks that each currency's balances sum to zero; for an incremental audit.
    func checkBalances() throws(LedgerFailure) {
        var sums: [Currency: Int128] = [:]
        for row in try balances() { sums[row.key.currency, default: 0] += Int128(row.amount) }
        for (currency, sum) in sums where sum != 0 {
            findings.add(.doubleEntry, "balances", currency.code, expected: "balances that sum to 0", found: "\(sum)")
        }
    }

    private func balances() throws(LedgerFailure) -> [BalanceRow] {
        try view.rows(RowQuery<BalanceRow>(limit: 100_000))
    }

    private func check(_ entry: AuditedEntry, _ sums: inout [BalanceRow.Key: Int128]) {
        guard entry.kind != nil, let postings = Self.postings(entry.postings), !postings.isEmpty else {
            return findings.add(
                .structure,
                "journal",
                "\(entry.key)",
                expected: "a readable entry",
                found: "\(entry.postings.count) bytes that are not one"
            )
        }
        var byCurrency: [Currency: Int128] = [:]
        for posting in postings {
            let amount = Int128(posting.amount.amount)
            byCurrency[posting.amount.currency, default: 0] += amount
            sums[BalanceRow.Key(posting.account, posting.amount.currency), default: 0] += amount
        }
        for (currency, sum) in byCurrency where sum != 0 {
            bookFinding("\(entry.key)", "debits that equal credits in \(currency.code)", "\(sum) between them")
        }
    }

    /// Checks that the entries of one order match its sale; for an incremental audit.
    func checkSale(of order: Order) throws(LedgerFailure) {
        var sum: Int128 = 0
        try view.pages(AuditedEntry.self, [Condition("order_id", .equal, .bits(order.id.bits))]) {
            (page) throws(LedgerFailure) in
            for posting in page.flatMap({ Self.postings($0.postings) ?? [] })
            where posting.account == .revenue && posting.amount.currency == order.currency {
                sum -= Int128(posting.amount.amount)
            }
        }
        let sold = Worth.sold(order)
        guard sum != sold else { return }
        bookFinding("\(order.id)", "\(sold) \(order.currency.code) of revenue, by what the order says", "\(sum)")
    }

    private static func postings(_ bytes: [UInt8]) -> [Posting]? {
        var json = JSONReader(bytes, limits: .stored)
        do throws(JSONError) {
            let postings: [Posting] = try json.value()
            try json.finish()
            return postings
        } catch {
            return nil
        }
    }

    private func checkBalances(_ sums: [BalanceRow.Key: Int128]) throws(LedgerFailure) {
        var left = sums
        for row in try balances() {
            let sum = left.removeValue(forKey: row.key) ?? 0
            if sum != Int128(row.amount) { balanceFinding(row.key, "\(sum), the sum of its entries", "\(row.amount)") }
        }
        for (key, sum) in left where sum != 0 { balanceFinding(key, "\(sum), the sum of its entries", "no balance") }
        try checkBalances()
        count("balances", sums.count)
    }

    /// Reads gift cards and store credit, which the shop owes.
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

    /// Compares the accounts with the balances of cards, customers and payments.
    private func checkPurses(_ sums: [BalanceRow.Key: Int128]) {
        let keys = Set(books.expected.keys).union(sums.keys.filter { BookSums.knows($0.account) })
        for key in keys {
            let (expected, found) = (books.expected[key] ?? 0, sums[key] ?? 0)
            if expected != found {
                balanceFinding(
                    key,
                    "\(expected), by what orders, payments, credits, cards and customers say",
                    "\(found)"
                )
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
