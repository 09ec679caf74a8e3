import Trading

/// Removes what is past keeping, a bounded number of rows at a time.
public struct Prune: Command {
    /// `prune`.
    public static let name = "prune"

    /// Idempotency records to remove, where they are older than that.
    public let idempotency: (keys: [Bits128], before: Timestamp)
    /// Carts to remove, where their time is over.
    public let carts: [ID<Cart>]
    /// Events to remove.
    public let events: [Int64]
    /// Carriers' webhooks to remove, where they are older than idempotency records are kept.
    public let carrierNotices: [CarrierNoticeRow.Key]
    /// Counts of requests to remove.
    public let outcomes: [OutcomeBucketRow.Key]
    /// Webhooks that may not have got all of those events.
    public let webhooks: [ID<WebhookEndpoint>]

    /// Rows that a look at the ledger showed to be past keeping.
    public init(
        idempotency: (keys: [Bits128], before: Timestamp),
        carts: [ID<Cart>],
        events: [Int64],
        carrierNotices: [CarrierNoticeRow.Key] = [],
        outcomes: [OutcomeBucketRow.Key] = [],
        webhooks: [ID<WebhookEndpoint>] = []
    ) {
        self.idempotency = idempotency
        self.carts = carts
        self.events = events
        self.carrierNotices = carrierNotices
        self.outcomes = outcomes
        self.webhooks = webhooks
    }

    /// What is gone.
    public struct Outcome: Sendable {
        /// How many rows.
        public let removed: Int
        /// Webhooks that begin to miss events by it.
        public let missing: [WebhookEndpoint]
    }

    /// How many rows are gone, and who misses any of them.
    public func decide(_ set: WorkingSet) throws(Never) -> Outcome {
        var count = 0
        for key in idempotency.keys {
            guard let record = set.idempotency.get(key), record.at < idempotency.before else { continue }
            set.idempotency.delete(key)
            count += 1
        }
        for id in carts {
            guard let cart = set.carts.get(id)?.cart, cart.expiresAt < set.now else { continue }
            set.carts.delete(id)
            count += 1
        }
        for key in carrierNotices {
            guard let notice = set.carrierNotices.get(key), notice.at < idempotency.before else { continue }
            set.carrierNotices.delete(key)
            count += 1
        }
        for key in outcomes where set.outcomes.get(key) != nil {
            set.outcomes.delete(key)
            count += 1
        }
        let past = events.compactMap { set.pastEvents.get($0) }
        for event in past { set.pastEvents.delete(event.key) }
        return Outcome(removed: count + past.count, missing: miss(past, set))
    }

    /// Writes down which webhooks miss which events; those that begin to.
    private func miss(_ past: [EventRow], _ set: WorkingSet) -> [WebhookEndpoint] {
        guard !past.isEmpty else { return [] }
        return webhooks.compactMap { id in
            guard var endpoint = set.webhooks.get(id)?.endpoint else { return nil }
            let before = endpoint.missed
            let begins = endpoint.miss(past, at: set.now)
            if endpoint.missed != before { set.webhooks.put(WebhookRow(endpoint)) }
            return begins ? endpoint : nil
        }
    }
}
