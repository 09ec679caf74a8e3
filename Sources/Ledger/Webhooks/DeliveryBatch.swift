// What is sent next to an endpoint: a plain function of its row and of the events behind its cursor, so that a worker and a simulator
// decide the same.

import JSON
import Trading

/// The events that an endpoint is sent next.
public struct DeliveryBatch: Sendable {
    /// The most messages of one batch.
    public static let maxMessages = 50
    /// The most events that are looked through for them.
    public static let maxEvents = 1000

    /// The endpoint as it was when the batch was made.
    public let endpoint: WebhookEndpoint
    /// Why they are sent.
    public let origin: DeliveryOrigin
    /// What is sent, in order.
    public let events: [EventRow]
    /// The event that the endpoint has got so far once all of them are acknowledged: behind them are only some that it is not told of.
    public let end: Int64
    /// Whether nothing was left behind them.
    public let isLast: Bool

    /// The next events of an endpoint; nil where there is no such endpoint, or where it has nothing to get of that kind.
    ///
    /// - Parameter kind: the kind of the task: of what is new, or of a replay.
    public init?(
        _ id: ID<WebhookEndpoint>,
        _ kind: TaskKind,
        in view: any LedgerView,
        maxMessages: Int = DeliveryBatch.maxMessages
    ) throws(LedgerFailure) {
        guard let endpoint = try view.row(WebhookRow.self, id)?.endpoint, endpoint.isEnabled else { return nil }
        let stream = kind == .replayWebhook ? endpoint.replay?.stream : endpoint.stream
        guard let stream else { return nil }
        let last = kind == .replayWebhook ? endpoint.replay?.end ?? 0 : .max
        self.endpoint = endpoint
        origin = kind == .replayWebhook ? .replay : .live
        let page = try view.rows(RowQuery<EventRow>(after: stream.cursor, limit: Self.maxEvents))
        let inRange = page.filter { $0.key <= last }
        let isReplay = origin == .replay
        let told = inRange.filter { !$0.isProbe }
        let wanted = told.filter { isReplay ? endpoint.filter.matches($0.type) : endpoint.isTold(of: $0) }
        if wanted.count > maxMessages {
            events = Array(wanted.prefix(maxMessages))
            end = events.last?.key ?? stream.cursor
            isLast = false
        } else {
            events = wanted
            end = inRange.last?.key ?? stream.cursor
            isLast = page.count < Self.maxEvents || inRange.count < page.count
        }
    }

    /// How far the endpoint has been told once the first so many events are acknowledged.
    public func reached(_ acknowledged: Int) -> Int64 {
        if acknowledged == events.count { return end }
        // Events between two that it is told of are passed over with the one before.
        return acknowledged == 0 ? 0 : events[acknowledged - 1].key
    }
}

extension EventRow {
    /// The id of its message, the same whenever it is sent.
    ///
    /// The time is part of it: after a restore of an older backup a number may be given a second time, to another event.
    public var messageID: String { "evt_\(key)_\(at.milliseconds)" }

    /// The body of its message: its type, its time, and the event as `GET /v1/events` shows it.
    public var messageBody: [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("type", type.name)
            json.member("timestamp", at)
            json.key("data")
            write(to: &json)
        }
        return json.bytes
    }
}
