import Trading

extension LedgerEngine {
    /// The first moment of which anything was counted; nil where nothing was.
    public func firstOutcomes() async throws(LedgerFailure) -> Timestamp? {
        try await read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<OutcomeBucketRow>(limit: 1)).first?.key.start
        }
    }

    /// What was counted from one moment up to but not including another, in the order of time.
    ///
    /// Cost: one short read for each page of a few thousand rows, so that others are answered in between.
    public func outcomes(
        from: Timestamp,
        to: Timestamp,
        page: Int = 8192
    ) async throws(LedgerFailure) -> [OutcomeBucketRow] {
        var found: [OutcomeBucketRow] = []
        while true {
            let (conditions, after) = (OutcomeBucketRow.within(from, to), found.last?.key)
            let rows = try await read { (view) throws(LedgerFailure) in
                try view.rows(RowQuery<OutcomeBucketRow>(conditions, after: after, limit: page))
            }
            found += rows
            guard rows.count == page else { return found }
        }
    }
}

extension OutcomeBucketRow {
    fileprivate static func within(_ from: Timestamp, _ to: Timestamp) -> [Condition] {
        [
            Condition("start", .atLeast, .integer(from.milliseconds)),
            Condition("start", .below, .integer(to.milliseconds)),
        ]
    }
}
