import Trading

extension LedgerView {
    /// The first event that is still kept and happened at `time` or later; nil where there is none.
    ///
    /// Cost: a point read for each halving of the feed. Events are in the order of time but for steps of the machine's clock.
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

    /// The webhooks, enabled or not, that may not have got all events up to one.
    public func webhooks(behind event: Int64) throws(LedgerFailure) -> [ID<WebhookEndpoint>] {
        try rows(RowQuery<WebhookPosition>(limit: WebhookEndpoint.maxCount)).filter { $0.oldest < event }.map(\.key)
    }

    /// The event up to which the feed may be pruned for all that webhooks need: what comes behind it somebody has not got yet.
    public func eventsNotNeededByWebhooks() throws(LedgerFailure) -> Int64 {
        let enabled = Condition("enabled", .equal, .integer(1))
        return try rows(RowQuery<WebhookPosition>([enabled], limit: WebhookEndpoint.maxCount)).map(\.oldest).min()
            ?? .max
    }
}
