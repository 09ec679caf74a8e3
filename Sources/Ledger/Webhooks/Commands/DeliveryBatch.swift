// The next messages to an endpoint: a pure function of its row and of the events after its cursor, so that a worker and a
// simulator decide the same.

import JSON
import Trading

/// The next events for an endpoint.
public struct DeliveryBatch: Sendable {
    /// The most messages of one batch.
    public static let maxMessages = 50
    /// The most events that are scanned for them.
    public static let maxEvents = 1000

    /// The endpoint as it was when the batch was made.
    public let endpoint: WebhookEndpoint
    /// Why they are sent.
    public let origin: DeliveryOrigin
    /// The events to send, in order.
    public let events: [EventRow]
    /// The cursor of the endpoint once all of them are acknowledged: the scanned events after the last one do not match its
    /// filter.
    public let end: Int64
    /// Whether no further event was left after them.
    public let isLast: Bool

    /// The next events of an endpoint; nil where the endpoint does not exist, or has no events of that kind.
    ///
    /// - Parameter kind: the kind of the task: for new events, or for a replay. Cost: the endpoint's row, and at most `maxEvents`
    ///   events.
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

    /// The cursor of the endpoint once the first `acknowledged` events are acknowledged.
    public func reached(_ acknowledged: Int) -> Int64 {
        if acknowledged == events.count { return end }
        // Events that do not match the filter are passed together with the one before them.
        return acknowledged == 0 ? 0 : events[acknowledged - 1].key
    }
}

extension EventRow {
    /// The id of its message, equal in every repetition.
    ///
    /// The time is part of it: after restoring an older backup, a number may be used again for another event.
    public var messageID: String { "evt_\(key)_\(at.milliseconds)" }

    /// The body of its message: its type, its time, and the event as in `GET /v1/events`.
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
