import API
import JSON
import Ledger
import Trading

/// A client's changes of an endpoint; nil keeps a value.
struct WebhookEdit {
    var url: WebhookURL?
    var filter: EventFilter?
    var description: String??
}

/// A range of events, by their numbers or by time.
struct ReplayRange: Sendable {
    /// One end of a range.
    enum End: Sendable {
        case event(Int64)
        case time(Timestamp)
    }

    /// The first event, or the first moment.
    let from: End
    /// The last event, or the first moment after it; nil for all events up to now.
    let to: End?

    init(from json: inout JSONReader) throws(JSONError) {
        var from: End?
        var to: End?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "from": from = try json.rangeEnd()
            case "to": to = try json.rangeEnd()
            default: throw json.unknown(member)
            }
        }
        self.from = try json.required(from, "from")
        self.to = to
    }

    /// The first stored event, if earlier ones in the range were pruned; nil where the range is complete.
    ///
    /// - Parameter horizon: the time from which on all events are certainly stored.
    func firstKept(in view: any LedgerView, horizon: Timestamp) throws(LedgerFailure) -> Int64? {
        let newest = try view.counter(CounterRow.events)
        let oldest = try view.rows(RowQuery<EventRow>(limit: 1)).first
        let first = oldest?.key ?? newest + 1
        switch from {
        case .event(let number): return number < first && number <= newest ? first : nil
        case .time(let time): return first > 1 && time < horizon && time < oldest?.at ?? .now ? first : nil
        }
    }

    /// The events after `after` up to `end`; both equal where there are none.
    func events(in view: any LedgerView) throws(LedgerFailure) -> (after: Int64, end: Int64) {
        let newest = try view.counter(CounterRow.events)
        let first: Int64
        switch from {
        case .event(let number): first = number
        case .time(let time): first = try view.firstEvent(notBefore: time) ?? newest + 1
        }
        switch to {
        case nil: return (first - 1, newest)
        case .event(let number): return (first - 1, number)
        case .time(let time): return (first - 1, (try view.firstEvent(notBefore: time)).map { $0 - 1 } ?? newest)
        }
    }
}

extension Bounds {
    /// How long the old secret may stay valid after a rotation.
    static let overlapSeconds: ClosedRange<Int64> = 0...604_800
    /// The default: a day.
    static let overlapSecondsByDefault: Int64 = 86_400
}

extension JSONReader {
    mutating func webhookEdit() throws(JSONError) -> WebhookEdit {
        var edit = WebhookEdit()
        try object { (json, member) throws(JSONError) in
            switch member {
            case "url": edit.url = try json.webhookURL()
            case "events": edit.filter = try json.eventFilter()
            case "description": edit.description = .some(try json.optionalText(Bounds.reason))
            default: throw json.unknown(member)
            }
        }
        return edit
    }

    private mutating func eventFilter() throws(JSONError) -> EventFilter {
        let patterns = try list(EventFilter.count.upperBound) { (json) throws(JSONError) in
            let pattern = try json.string(maxBytes: 100)
            guard EventFilter.known.contains(pattern) else {
                throw json.failure(.invalidValue, "the name of an event, an area as in order.*, or *")
            }
            return pattern
        }
        guard !patterns.isEmpty else { throw failure(.outOfRange, "at least one; * is everything") }
        return EventFilter(stored: patterns)
    }

    fileprivate mutating func rangeEnd() throws(JSONError) -> ReplayRange.End {
        if try peek() == .number { return .event(try int64(in: 1...OrderLimits.maxAmount)) }
        return .time(try timestamp())
    }
}
