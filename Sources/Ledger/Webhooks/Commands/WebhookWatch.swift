// An endpoint without undelivered events has no task, so that a thousand of them cost nothing. This type scans the feed and finds
// the endpoints that need a task. Its memory only saves work; after a restart it begins from the cursors.

import Trading

/// Finds the endpoints with new events.
public struct WebhookWatch: Sendable {
    /// Events of one scan.
    static let page = 5000
    /// How far the cursor of an endpoint without matching events may lag.
    static let slack: Int64 = 10_000

    /// The event up to which nothing was found for an endpoint.
    private var looked: [ID<WebhookEndpoint>: Int64] = [:]

    /// A watch that has not scanned yet.
    public init() {}

    /// The result of one scan.
    public struct News: Hashable, Sendable {
        /// Endpoints that need a task.
        public var waiting: [ID<WebhookEndpoint>] = []
        /// Endpoints without matching events up to an event, whose cursor is far behind it.
        public var idle: [ID<WebhookEndpoint>: Int64] = [:]
        /// Whether there are more events to scan at once.
        public var isPartial = false

        /// Whether there is nothing to do.
        public var isEmpty: Bool { waiting.isEmpty && idle.isEmpty }
    }

    /// Scans the new events.
    ///
    /// Cost: one range of endpoints, one of tasks for each kind, and the new events where an endpoint waits for some.
    public mutating func look(_ view: any LedgerView) throws(LedgerFailure) -> News {
        let newest = try view.counter(CounterRow.events)
        let enabled = Condition("enabled", .equal, .integer(1))
        let positions = try view.rows(RowQuery<WebhookPosition>([enabled], limit: WebhookEndpoint.maxCount))
        guard positions.contains(where: { max($0.cursor, looked[$0.key] ?? 0) < newest }) else { return News() }
        var busy: Set<Bits128> = []
        for kind in TaskKind.liveDeliveries {
            let ofKind = Condition("kind", .equal, .integer(kind.rawValue))
            busy.formUnion(
                try view.rows(RowQuery<TaskRow>([ofKind], limit: WebhookEndpoint.maxCount)).map(\.key.subject)
            )
        }
        let open = positions.filter { !busy.contains($0.key.bits) && place(of: $0) < newest }
        guard let start = open.map({ place(of: $0) }).min() else { return News() }
        let events = try view.rows(RowQuery<EventMark>(after: start, limit: Self.page))
        return note(open, events, newest: newest)
    }

    private func place(of position: WebhookPosition) -> Int64 {
        max(position.cursor, looked[position.key] ?? 0)
    }

    private mutating func note(_ open: [WebhookPosition], _ events: [EventMark], newest: Int64) -> News {
        let end = events.count < Self.page ? newest : events.last?.key ?? newest
        var news = News(isPartial: end < newest)
        for position in open {
            let start = place(of: position)
            if events.contains(where: { $0.key > start && !$0.isProbe && position.filter.matches($0.type) }) {
                news.waiting.append(position.key)
            } else if end > start {
                looked[position.key] = end
                if end - position.cursor >= Self.slack { news.idle[position.key] = end }
            }
        }
        return news
    }
}

/// The number and type of an event: all that the watch needs.
struct EventMark: RowPart {
    static let selection = EventRow.schema.selection("seq", "type", "probe")
    let key: Int64
    let type: EventType
    let isProbe: Bool

    init?(from columns: inout some ColumnReader) {
        guard let key = columns.integer(), let type = columns.integer().flatMap(EventType.init),
            let isProbe = columns.flag()
        else { return nil }
        self.key = key
        self.type = type
        self.isProbe = isProbe
    }
}
