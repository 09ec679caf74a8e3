import Ledger
import Logging
import ServiceLifecycle
import Trading

/// Delivers due messages to an endpoint: reads the next messages, sends them in order until one fails, and records the results.
struct WebhookCourier: Sendable {
    let ledger: any LedgerEngine
    let committer: Committer
    let sender: any WebhookSender
    var clock: @Sendable () -> Timestamp = { .now }
    var logger = Logger(label: "webhooks", factory: { _ in SwiftLogNoOpLogHandler() })

    /// How long a claim is valid, in seconds: longer than ``budget`` and one more message.
    static let claimSeconds: Int64 = 30
    /// How long new messages of one claim are begun; then other endpoints have their turn.
    static let budget = Duration.seconds(10)

    /// Carries out a claimed task; returns whether more messages are due at once.
    ///
    /// Cost: one read of a batch of events, and one patient command with its results.
    func perform(_ task: TaskRow) async throws -> Bool {
        let id = ID<WebhookEndpoint>(task.key.subject)
        let kind = task.key.kind
        let batch = try await ledger.read { (view) throws(LedgerFailure) in try DeliveryBatch(id, kind, in: view) }
        guard let batch else {
            // The endpoint was disabled or deleted: nothing is left to do.
            return try await record(RecordDeliveries(task, attempts: [], reached: 0, isLast: true))
        }
        let attempts = await send(batch)
        let acknowledged = attempts.count { $0.answer.isAcknowledged }
        let isMore = try await record(
            RecordDeliveries(
                task,
                attempts: attempts,
                reached: batch.reached(acknowledged),
                isLast: batch.isLast && acknowledged == batch.events.count
            )
        )
        try await tell(batch, attempts)
        return isMore
    }

    /// Logs once that an endpoint begins to fail, recovers, or was given up.
    ///
    /// Of its URL only the host is logged: the rest may contain a secret.
    private func tell(_ batch: DeliveryBatch, _ attempts: [DeliveryAttempt]) async throws {
        guard let last = attempts.last else { return }
        let stream = batch.origin == .replay ? batch.endpoint.replay?.stream : batch.endpoint.stream
        var metadata: Logger.Metadata = [
            "webhook": "\(batch.endpoint.id)", "host": "\(batch.endpoint.url.host)", "answer": "\(last.answer.word)",
        ]
        if let since = stream?.failingSince, attempts[0].answer.isAcknowledged {
            metadata["failedSince"] = "\(since)"
            metadata["failures"] = "\(stream?.tries ?? 0)"
            logger.notice("a webhook's receiver takes again what it is told", metadata: metadata)
        }
        guard !last.answer.isAcknowledged else { return }
        let now = try await ledger.read { (view) throws(LedgerFailure) in
            try view.row(WebhookRow.self, batch.endpoint.id)?.endpoint
        }
        if case .disabled(let reason, _)? = now?.state {
            metadata["reason"] = "\(reason.rawValue)"
            logger.error("a webhook is disabled, and told nothing more", metadata: metadata)
        } else if stream?.failingSince == nil || attempts.count > 1 {
            if let next = now?.stream.nextTryAt { metadata["nextTryAt"] = "\(next)" }
            logger.warning("a webhook's receiver does not take what it is told; it is tried again", metadata: metadata)
        }
    }

    private func record(_ command: RecordDeliveries) async throws -> Bool {
        try await committer.submit(command, isPatient: true).outcome
    }

    /// Sends in order; stops at the first failure, when the budget is spent, and at shutdown.
    private func send(_ batch: DeliveryBatch) async -> [DeliveryAttempt] {
        let end = ContinuousClock.now + Self.budget
        var attempts: [DeliveryAttempt] = []
        for event in batch.events {
            guard ContinuousClock.now < end, !Task.isShuttingDownGracefully, !Task.isCancelled else { break }
            // An aborted message may have arrived; it is sent again, and receivers recognise it by its id.
            let attempt = await cancelWhenGracefulShutdown {
                let attempt = await send(WebhookMessage(event), to: batch.endpoint, batch.origin)
                return Task.isCancelled && !attempt.answer.isAcknowledged ? nil : attempt
            }
            guard let attempt else { break }
            attempts.append(attempt)
            guard attempt.answer.isAcknowledged else { break }
        }
        return attempts
    }

    /// Sends one message, and measures the time.
    func send(
        _ message: WebhookMessage,
        to endpoint: WebhookEndpoint,
        _ origin: DeliveryOrigin
    ) async -> DeliveryAttempt {
        let now = clock()
        let started = ContinuousClock.now
        let answer = await sender.send(
            message.body,
            headers: message.headers(signedBy: endpoint.signingSecrets(at: now), at: now),
            to: endpoint.url
        )
        return DeliveryAttempt(
            message: message.id,
            event: message.event,
            type: message.type,
            origin: origin,
            at: now,
            milliseconds: Int64(started.duration(to: .now).seconds * 1000),
            answer: answer
        )
    }
}

extension DeliveryAnswer {
    /// The result of a message in a word, for the log.
    fileprivate var word: String {
        switch self {
        case .status(let status, _): "status_\(status)"
        case .none(let failure): failure.rawValue
        }
    }
}
