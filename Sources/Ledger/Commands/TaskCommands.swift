import Trading

/// Why a worker's step was refused.
public enum TaskRefusal: Error, Hashable, Sendable {
    /// The task is done, or another worker has claimed it since.
    case lapsed
}

/// Claims tasks that are due, so that no other worker takes them for a while.
public struct ClaimTasks: Command {
    /// `claimTasks`.
    public static let name = "claimTasks"

    /// Tasks that a look at the ledger showed to be due.
    public let candidates: [TaskRow.Key]
    /// For how long the claim holds, in seconds.
    public let seconds: Int64

    /// A claim on tasks.
    public init(_ candidates: [TaskRow.Key], seconds: Int64) {
        self.candidates = candidates
        self.seconds = seconds
    }

    /// The tasks that are still due, each with the epoch of this claim.
    public func decide(_ set: WorkingSet) throws(Never) -> [TaskRow] {
        var claimed: [TaskRow] = []
        for key in candidates {
            guard var task = set.tasks.get(key), task.due <= set.now else { continue }
            task.epoch += 1
            task.due = set.now.adding(seconds: seconds)
            set.tasks.put(task)
            claimed.append(task)
        }
        return claimed
    }
}

/// Takes a lease that is free or over, or renews one's own.
public struct AcquireLease: Command {
    /// `acquireLease`.
    public static let name = "acquireLease"

    /// The lease's name.
    public let lease: String
    /// Who wants it: fresh for each incarnation of a process.
    public let holder: String
    /// For how long, in seconds, by the ledger's clock.
    public let seconds: Int64

    /// A wish for a lease.
    public init(_ lease: String, holder: String, seconds: Int64) {
        self.lease = lease
        self.holder = holder
        self.seconds = seconds
    }

    /// The lease.
    ///
    /// A renewal keeps the epoch; a new holder counts it up, which fences the old one off.
    public func decide(_ set: WorkingSet) throws(LeaseRefusal) -> LeaseRow {
        let until = set.now.adding(seconds: seconds)
        var row = set.leases.get(lease) ?? LeaseRow(lease, holder: holder, epoch: 0, expiresAt: set.now)
        if row.holder != holder || row.epoch == 0 {
            guard row.expiresAt <= set.now else { throw .held(until: row.expiresAt) }
            row.holder = holder
            row.epoch += 1
        }
        row.expiresAt = until
        set.leases.put(row)
        return row
    }
}

/// Lets go of a lease that one holds, so that the next need not wait for its end.
public struct ReleaseLease: Command {
    /// `releaseLease`.
    public static let name = "releaseLease"

    /// The lease's name.
    public let lease: String
    /// Who holds it.
    public let holder: String

    /// A lease to let go of.
    public init(_ lease: String, holder: String) {
        self.lease = lease
        self.holder = holder
    }

    /// Whether it was held; the epoch stays, and the next holder counts it up.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard var row = set.leases.get(lease), row.holder == holder, row.expiresAt > set.now else { return false }
        row.expiresAt = set.now
        set.leases.put(row)
        return true
    }
}

/// Why a lease was not given.
public enum LeaseRefusal: Error, Hashable, Sendable {
    /// Another holds it until then.
    case held(until: Timestamp)
}

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

/// Writes one row, over and over: what readiness is judged by.
public struct WriteCanary: Command {
    /// `writeCanary`.
    public static let name = "writeCanary"

    /// A canary.
    public init() {}

    /// Nothing but that it was committed.
    public func decide(_ set: WorkingSet) throws(Never) {
        set.settings.put(SettingRow(SettingRow.canary, value: set.now.utf8))
    }
}
