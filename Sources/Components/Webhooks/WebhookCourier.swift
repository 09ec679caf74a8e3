import Ledger
import Logging
import ServiceLifecycle
import Trading

/// Sends an endpoint what is due: reads what comes next, sends it in order until one fails, records what came of it.
struct WebhookCourier: Sendable {
    let ledger: any LedgerEngine
    let committer: Committer
    let sender: any WebhookSender
    var clock: @Sendable () -> Timestamp = { .now }
    var logger = Logger(label: "webhooks", factory: { _ in SwiftLogNoOpLogHandler() })

    /// For how long a claim holds, in seconds: longer than ``budget`` and one message more.
    static let claimSeconds: Int64 = 30
    /// For how long messages of one claim are begun; then others have their turn.
    static let budget = Duration.seconds(10)

    /// Does a claimed task; whether more is due at once.
    func perform(_ task: TaskRow) async throws -> Bool {
        let id = ID<WebhookEndpoint>(task.key.subject)
        let kind = task.key.kind
        let batch = try await ledger.read { (view) throws(LedgerFailure) in try DeliveryBatch(id, kind, in: view) }
        guard let batch else {
            // It was disabled or taken off file: nothing is left to do.
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

    /// Says once that a receiver has begun to fail, that it takes again what it is told, and that it is told nothing more.
    ///
    /// Of its URL nothing but the host is said: the rest is a password as often as not.
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

    /// Sends in order; stops at the first that fails, when the budget is spent, and when the service is shut down.
    private func send(_ batch: DeliveryBatch) async -> [DeliveryAttempt] {
        let end = ContinuousClock.now + Self.budget
        var attempts: [DeliveryAttempt] = []
        for event in batch.events {
            guard ContinuousClock.now < end, !Task.isShuttingDownGracefully, !Task.isCancelled else { break }
            // A message that is cut off may have arrived; it is sent again, and its id tells the receiver.
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

    /// Sends one message, and measures.
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
    /// What came of a message, in a word for the log.
    fileprivate var word: String {
        switch self {
        case .status(let status, _): "status_\(status)"
        case .none(let failure): failure.rawValue
        }
    }
}
