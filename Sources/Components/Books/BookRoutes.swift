import API
import Hummingbird
import JSON
import Ledger
import Trading

/// The shop's books: the balance of each account, and its entries.
struct BookRoutes {
    let shop: Shop
    /// The most entries that are scanned for an account before the page ends short.
    private static let scanMax = 5000

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/books/balances",
                id: "listBalances",
                tag: "Books",
                "What each account comes to, in each currency: the trial balance",
                access: .scope(.booksRead),
                responses: [
                    ResponseKind(200, "BalancePage", "Debits are positive, credits negative; each currency sums to 0.")
                ],
                handler: balances
            ),
            Endpoint(
                .get,
                "/v1/books/entries",
                id: "listEntries",
                tag: "Books",
                "Entries of the journal in their gap-free order",
                access: .scope(.booksRead),
                parameters: .page + [
                    Parameter(
                        "order",
                        in: .query,
                        #"{"type":"string","pattern":"^ord_[0-9a-f]{32}$"}"#,
                        "Of which order."
                    ),
                    Parameter("account", in: .query, Self.accountSchema, "Only entries that post to this account."),
                ],
                responses: [
                    ResponseKind(200, "EntryPage", "A page, which may be short where there are more.")
                ],
                handler: entries
            ),
        ]
    }

    private static let accountSchema: String = {
        let names = Account.fixed.map(\.name).joined(separator: "|")
        return #"{"type":"string","pattern":"^(\#(names)|clearing/[a-z]{1,40})$"}"#
    }()

    private func balances(_ call: Call) async throws(Problem) -> Response {
        let rows = try await shop.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<BalanceRow>(limit: 10_000))
        }
        return .json { json in
            json.object { json in
                json.key("items")
                json.array { json in
                    for row in rows {
                        json.object { json in
                            json.member("account", row.key.account.name)
                            json.member("balance", Money(row.amount, row.key.currency))
                        }
                    }
                }
                json.key("next")
                json.null()
            }
        }
    }

    private func entries(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "order", "account"])
        let limit = try query.limit()
        let after = try query.after(Int64.self, shop.secrets) ?? 0
        let name = try query.text("account", maxLength: 80)
        let account = name.flatMap { Account(name: $0) }
        if name != nil, account == nil { throw .badParameter("query", "account", "an account, as in receivable") }
        let conditions = try query.id("order", Order.self).map { [Condition("order_id", .equal, .bits($0.bits))] } ?? []
        let page = try await shop.read { (view) throws(LedgerFailure) in
            try view.entries(conditions, of: account, after: after, limit: limit, scanMax: Self.scanMax)
        }
        let items = page.rows.map { row in
            var json = JSONWriter()
            row.write(to: &json)
            return json.bytes
        }
        return .page(items, next: query.next(page.next, shop.secrets))
    }
}

extension LedgerView {
    /// A page of entries, and where the next page starts.
    ///
    /// The entries of an account are found by scanning at most `scanMax` entries.
    fileprivate func entries(
        _ conditions: [Condition],
        of account: Account?,
        after: Int64,
        limit: Int,
        scanMax: Int
    ) throws(LedgerFailure) -> (rows: [JournalRow], next: Int64?) {
        var found: [JournalRow] = []
        var cursor = after
        var looked = 0
        while true {
            let rows = try rows(RowQuery<JournalRow>(conditions, after: cursor, limit: 200))
            for row in rows {
                cursor = row.key
                looked += 1
                if let account, !row.entry.postings.contains(where: { $0.account == account }) { continue }
                found.append(row)
                if found.count == limit { return (found, cursor) }
            }
            if rows.count < 200 { return (found, nil) }
            if looked >= scanMax { return (found, cursor) }
        }
    }
}
