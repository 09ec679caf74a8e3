import Trading

/// Removes expired rows, a bounded number at a time.
public struct Prune: Command {
    /// `prune`.
    public static let name = "prune"

    /// Idempotency records to remove, if they are older than `before`.
    public let idempotency: (keys: [Bits128], before: Timestamp)
    /// Carts to remove, if they have expired.
    public let carts: [ID<Cart>]
    /// Events to remove.
    public let events: [Int64]
    /// Carriers' webhooks to remove, if they are older than idempotency records are kept.
    public let carrierNotices: [CarrierNoticeRow.Key]
    /// Outcome counts to remove.
    public let outcomes: [OutcomeBucketRow.Key]
    /// Webhook endpoints that may not have received all of these events.
    public let webhooks: [ID<WebhookEndpoint>]

    /// Rows that a read of the ledger found to be expired.
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

    /// The result.
    public struct Outcome: Sendable {
        /// The number of removed rows.
        public let removed: Int
        /// Webhook endpoints that begin to miss events because of it.
        public let missing: [WebhookEndpoint]
    }

    /// Decides which rows are removed, and which endpoints miss events.
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

    /// Records which webhook endpoints miss which events; returns those that begin to.
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
