import Trading

extension LedgerView {
    /// Payments of a provider whose next step is due at or before `time`, the longest due first.
    ///
    /// Cost: one range of an index.
    public func duePayments(
        _ provider: String,
        _ time: Timestamp,
        limit: Int
    ) throws(LedgerFailure) -> [PaymentRow] {
        try rows(.due("due", at: time, [Condition("provider", .equal, .text(provider))], limit: limit))
    }
}

extension LedgerEngine {
    /// Our payments at a provider that were made in a span of time; an id begins with the time of its order.
    ///
    /// Cost: one read for each page of them.
    public func payments(
        at provider: String,
        from: Timestamp,
        to: Timestamp
    ) async throws(LedgerFailure) -> [Payment] {
        let conditions = [
            Condition("provider", .equal, .text(provider)),
            Condition("id", .atLeast, .bits(.first(at: from))), Condition("id", .below, .bits(.first(at: to))),
        ]
        let limit = 500
        var payments: [Payment] = []
        var cursor: ID<Payment>?
        while true {
            let query = RowQuery<PaymentRow>(conditions, after: cursor, limit: limit)
            let rows = try await read { (view) throws(LedgerFailure) in try view.rows(query) }
            payments += rows.map(\.payment)
            guard rows.count == limit else { return payments }
            cursor = rows.last?.key
        }
    }

    /// One payment; nil where there is none.
    public func payment(_ id: ID<Payment>) async throws(LedgerFailure) -> Payment? {
        try await read { (view) throws(LedgerFailure) in try view.row(PaymentRow.self, id)?.payment }
    }
}
