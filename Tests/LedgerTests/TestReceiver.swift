import Testing
import Trading

@testable import Ledger

/// A webhook receiver under virtual time and the courier that calls it: the work of a worker, without threads and sockets.
struct TestReceiver {
    let shop: TestShop
    /// The receiver's answer to an event at a time.
    var answer: (EventRow, Timestamp) -> DeliveryAnswer = { _, _ in .status(200) }
    /// The events that it acknowledged, in order.
    private(set) var received: [EventRow] = []
    /// How often it was called.
    private(set) var calls = 0
    private var watch = WebhookWatch()

    init(_ shop: TestShop) {
        self.shop = shop
    }

    /// Does the tasks that are due, until none is.
    mutating func work() async throws {
        while true {
            try await look()
            let now = shop.clock.now
            let due = try await shop.engine.read { (view) throws(LedgerFailure) in
                try view.dueTasks([.deliverWebhook, .retryWebhook, .replayWebhook], at: now, limit: 10).map(\.key)
            }
            let claims = try await shop.run(ClaimTasks(due, seconds: 60))
            if claims.isEmpty { return }
            for claim in claims { try await deliver(claim) }
        }
    }

    /// Works until a time, going from one due time to the next.
    mutating func work(until end: Timestamp) async throws {
        try await work()
        while let next = try await shop.rows(TaskRow.self).map(\.due).min(), next <= end {
            shop.clock.advance(to: max(next, shop.clock.now))
            try await work()
        }
        shop.clock.advance(to: end)
    }

    /// Creates tasks for endpoints with undelivered events.
    mutating func look() async throws {
        let before = watch
        let (after, news) = try await shop.engine.read { (view) throws(LedgerFailure) in
            var watch = before
            let news = try watch.look(view)
            return (watch, news)
        }
        watch = after
        if !news.isEmpty { try await shop.run(WakeWebhooks(news)) }
    }

    /// Sends the events of one claim and records the outcome.
    mutating func deliver(_ claim: TaskRow) async throws {
        let batch = try await shop.engine.read { (view) throws(LedgerFailure) in
            try DeliveryBatch(ID(claim.key.subject), claim.key.kind, in: view)
        }
        guard let batch else {
            try await shop.run(RecordDeliveries(claim, attempts: [], reached: 0, isLast: true))
            return
        }
        var attempts: [DeliveryAttempt] = []
        for event in batch.events {
            calls += 1
            let answer = answer(event, shop.clock.now)
            if answer.isAcknowledged { received.append(event) }
            attempts.append(
                DeliveryAttempt(
                    message: event.messageID,
                    event: event.key,
                    type: event.type.name,
                    origin: batch.origin,
                    at: shop.clock.now,
                    milliseconds: 5,
                    answer: answer
                )
            )
            if !answer.isAcknowledged { break }
        }
        let count = attempts.count { $0.answer.isAcknowledged }
        try await shop.run(
            RecordDeliveries(
                claim,
                attempts: attempts,
                reached: batch.reached(count),
                isLast: batch.isLast && count == batch.events.count
            )
        )
    }
}

extension TestShop {
    /// Creates an endpoint that receives these events.
    func webhook(_ patterns: [String] = ["*"]) async throws -> ID<WebhookEndpoint> {
        let known = Set(try await rows(WebhookRow.self).map(\.key))
        try await run(CreateWebhook(url: try WebhookURL("https://example.com"), filter: EventFilter(stored: patterns)))
        return try #require(try await rows(WebhookRow.self).map(\.key).first { !known.contains($0) })
    }

    func endpoint(_ id: ID<WebhookEndpoint>) async throws -> WebhookEndpoint {
        try #require(try await row(WebhookRow.self, id)?.endpoint)
    }

    /// Causes `count` events.
    func happen(_ count: Int, sku: String = "MUG") async throws {
        for number in 0..<count { try await run(PutProducts([Self.product(sku, price: Int64(number + 1))])) }
    }

    func tasks(of kinds: [TaskKind] = [.deliverWebhook, .retryWebhook, .replayWebhook]) async throws -> [TaskRow] {
        try await rows(TaskRow.self).filter { kinds.contains($0.key.kind) }
    }
}
