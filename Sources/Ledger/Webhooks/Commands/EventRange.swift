import Trading

extension LedgerView {
    /// The first stored event at `time` or later; nil where there is none.
    ///
    /// Cost: a point read for each halving of the feed. Events are ordered by time, except for steps of the machine's clock.
    public func firstEvent(notBefore time: Timestamp) throws(LedgerFailure) -> Int64? {
        guard let oldest = try rows(RowQuery<EventRow>(limit: 1)).first?.key else { return nil }
        var low = oldest
        var high = try counter(CounterRow.events) + 1
        let end = high
        while low < high {
            let middle = low + (high - low) / 2
            if let event = try row(EventRow.self, middle), event.at >= time {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low < end ? low : nil
    }

    /// The webhook endpoints, enabled or not, that may not have received all events up to one.
    public func webhooks(behind event: Int64) throws(LedgerFailure) -> [ID<WebhookEndpoint>] {
        try rows(RowQuery<WebhookPosition>(limit: WebhookEndpoint.maxCount)).filter { $0.oldest < event }.map(\.key)
    }

    /// The event up to which no webhook endpoint needs the feed any more.
    public func eventsNotNeededByWebhooks() throws(LedgerFailure) -> Int64 {
        let enabled = Condition("enabled", .equal, .integer(1))
        return try rows(RowQuery<WebhookPosition>([enabled], limit: WebhookEndpoint.maxCount)).map(\.oldest).min()
            ?? .max
    }
}
