import Trading

/// Adds tasks for endpoints with new events.
public struct WakeWebhooks: Command {
    /// `wakeWebhooks`.
    public static let name = "wakeWebhooks"

    /// The result of a scan of the feed.
    public let news: WebhookWatch.News

    /// Endpoints with new events.
    public init(_ news: WebhookWatch.News) {
        self.news = news
    }

    /// The endpoints and their tasks.
    public func prefetch(_ set: WorkingSet) {
        for id in news.waiting + news.idle.keys {
            set.webhooks.want(id)
            for kind in TaskKind.liveDeliveries { set.tasks.want(TaskRow.Key(kind, id.bits)) }
        }
    }

    /// Adds the tasks; endpoints that have one or are disabled are left alone.
    public func decide(_ set: WorkingSet) throws(Never) {
        for id in news.waiting {
            guard let endpoint = set.webhooks.get(id)?.endpoint, endpoint.isEnabled else { continue }
            set.wake(endpoint)
        }
        for (id, event) in news.idle.sorted(by: { $0.key < $1.key }) {
            guard var endpoint = set.webhooks.get(id)?.endpoint, endpoint.isEnabled,
                TaskKind.liveDeliveries.allSatisfy({ set.tasks.get(TaskRow.Key($0, id.bits)) == nil })
            else { continue }
            endpoint.reach(event)
            set.webhooks.put(WebhookRow(endpoint))
        }
    }
}

/// Records the results of a batch of deliveries, and when the next ones are due.
public struct RecordDeliveries: Command {
    /// `recordDeliveries`.
    public static let name = "recordDeliveries"
    /// The answer time in milliseconds from which on a receiver counts as slow, and takes no place from those that answer
    /// quickly.
    static let slowMilliseconds: Int64 = 5000

    /// The claim of the task.
    public let claim: TaskRow
    /// The attempts, in order; only the last may have failed.
    public let attempts: [DeliveryAttempt]
    /// The last event that was acknowledged or passed.
    public let reached: Int64
    /// Whether no further event was left when they were sent.
    public let isLast: Bool

    /// Attempts under a claim.
    public init(_ claim: TaskRow, attempts: [DeliveryAttempt], reached: Int64, isLast: Bool) {
        self.claim = claim
        self.attempts = attempts
        self.reached = reached
        self.isLast = isLast
    }

    /// The claim and the endpoint.
    public func prefetch(_ set: WorkingSet) {
        set.tasks.want(claim.key)
        set.webhooks.want(ID(claim.key.subject))
    }

    /// Decides whether more is due at once.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> Bool {
        guard set.tasks.get(claim.key)?.epoch == claim.epoch else { throw .lapsed }
        set.tasks.delete(claim.key)
        guard var endpoint = set.webhooks.get(ID(claim.key.subject))?.endpoint else { return false }
        endpoint.epoch = max(endpoint.epoch, claim.epoch)
        set.log(attempts, of: &endpoint)
        let isReplay = claim.key.kind == .replayWebhook
        guard var stream = isReplay ? endpoint.replay?.stream : endpoint.stream else {
            set.webhooks.put(WebhookRow(endpoint))
            return false
        }
        stream.reach(reached)
        let next = next(&stream, isReplay, &endpoint, set)
        if isReplay {
            if endpoint.isEnabled, let replay = endpoint.replay, next != nil {
                endpoint.replay = WebhookEndpoint.Replay(stream: stream, end: replay.end)
            } else {
                endpoint.replay = nil
            }
        } else {
            endpoint.stream = stream
            endpoint.reach(stream.cursor)
        }
        if let next { set.tasks.put(next) }
        set.webhooks.put(WebhookRow(endpoint))
        return next.map { $0.due <= set.now } ?? false
    }

    /// The next task; nil where there is none.
    private func next(
        _ stream: inout DeliveryStream,
        _ isReplay: Bool,
        _ endpoint: inout WebhookEndpoint,
        _ set: WorkingSet
    ) -> TaskRow? {
        if let last = attempts.last, !last.answer.isAcknowledged {
            return retry(last, &stream, isReplay, &endpoint, set)
        }
        guard !isLast else { return nil }
        let isSlow = attempts.contains { $0.milliseconds >= Self.slowMilliseconds }
        return task(isReplay ? .replayWebhook : isSlow ? .retryWebhook : .deliverWebhook, set.now)
    }

    private func retry(
        _ last: DeliveryAttempt,
        _ stream: inout DeliveryStream,
        _ isReplay: Bool,
        _ endpoint: inout WebhookEndpoint,
        _ set: WorkingSet
    ) -> TaskRow? {
        let draw = set.randomBytes(2).reduce(0) { $0 * 256 + Double($1) } / 65_536
        let due = stream.fail(at: set.now, retryAfterSeconds: last.answer.retryAfterSeconds, draw: draw)
        if last.answer.isGone || (due == nil && !isReplay) {
            endpoint.stream = isReplay ? endpoint.stream : stream
            set.disable(&endpoint, last.answer.isGone ? .gone : .failing)
            return nil
        }
        // A replay that was not accepted for three days ends; new events decide about the endpoint.
        return due.map { task(isReplay ? .replayWebhook : .retryWebhook, $0) }
    }

    private func task(_ kind: TaskKind, _ due: Timestamp) -> TaskRow {
        TaskRow(TaskRow.Key(kind, claim.key.subject), due: due, epoch: claim.epoch)
    }
}

/// Records a test message, which changes nothing but the log.
public struct RecordTestDelivery: IdempotentCommand {
    /// `recordTestDelivery`.
    public static let name = "recordTestDelivery"

    /// The endpoint.
    public let id: ID<WebhookEndpoint>
    /// The attempt.
    public let attempt: DeliveryAttempt

    /// A test message that was sent.
    public init(_ id: ID<WebhookEndpoint>, _ attempt: DeliveryAttempt) {
        self.id = id
        self.attempt = attempt
    }

    /// The row in the log.
    public func decide(_ set: WorkingSet) throws(WebhookRefusal) -> DeliveryRow {
        guard var endpoint = set.webhooks.get(id)?.endpoint else { throw .notFound }
        set.log([attempt], of: &endpoint)
        set.webhooks.put(WebhookRow(endpoint))
        return DeliveryRow(DeliveryRow.Key(id, endpoint.attempts), attempt)
    }

    /// The number in the log.
    public func receipt(for outcome: DeliveryRow) -> [UInt8] { Array(String(outcome.key.number).utf8) }

    /// The row in the log, while it is kept; afterwards this request's own attempt.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> DeliveryRow? {
        guard let number = Int64(String(decoding: receipt, as: UTF8.self)) else { return nil }
        let key = DeliveryRow.Key(id, number)
        return set.deliveries.get(key) ?? DeliveryRow(key, attempt)
    }
}

extension WorkingSet {
    /// Appends attempts to the log of an endpoint, which keeps the last ``WebhookEndpoint/keptAttempts``.
    fileprivate func log(_ attempts: [DeliveryAttempt], of endpoint: inout WebhookEndpoint) {
        for attempt in attempts {
            endpoint.attempts += 1
            if attempt.answer.isAcknowledged { endpoint.acknowledgedAt = attempt.at }
            deliveries.put(DeliveryRow(DeliveryRow.Key(endpoint.id, endpoint.attempts), attempt))
            let old = endpoint.attempts - WebhookEndpoint.keptAttempts
            if old > 0 { deliveries.delete(DeliveryRow.Key(endpoint.id, old)) }
        }
    }
}
