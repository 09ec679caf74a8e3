import API
import Hummingbird
import JSON
import Ledger
import NIOCore
import Trading

/// The event feed: in pages, or as a stream that stays open (server-sent events).
struct EventRoutes {
    let shop: Shop
    /// How often an open stream polls for events.
    static let interval = Duration.milliseconds(200)
    /// How often an open stream without events sends a comment: when the second one cannot be delivered, the client is known to
    /// have gone, and its place is freed.
    static let heartbeat = Duration.seconds(6)

    var endpoints: [Endpoint] {
        let types = EventType.allCases.map { "\"\($0.name)\"" }.joined(separator: ",")
        return [
            Endpoint(
                .get,
                "/v1/events",
                id: "listEvents",
                tag: "Events",
                "Events in their gap-free order, as a page, or as a stream for `Accept: text/event-stream`",
                access: .scope(.eventsRead),
                parameters: [
                    Parameter(
                        "limit",
                        in: .query,
                        #"{"type":"integer","minimum":1,"maximum":200,"default":50}"#,
                        "Page size."
                    ),
                    Parameter(
                        "after",
                        in: .query,
                        #"{"type":"integer","minimum":0,"maximum":9007199254740991}"#,
                        "The number of the last event that is known; without it the page begins with the first that is kept."
                    ),
                    Parameter(
                        "type",
                        in: .query,
                        #"{"type":"string","enum":[\#(types)]}"#,
                        "Only events of this type."
                    ),
                    Parameter(
                        "probes",
                        in: .query,
                        #"{"type":"string","enum":["true","false"],"default":"false"}"#,
                        "Whether what probers did is shown too; it is numbered like all else."
                    ),
                    Parameter(
                        "Last-Event-ID",
                        in: .header,
                        #"{"type":"string","pattern":"^[0-9]{1,16}$"}"#,
                        "Where a stream that was cut off goes on."
                    ),
                ],
                responses: [ResponseKind(200, "EventPage", "A page of events; `next` is the `after` to ask for next.")],
                problems: [410, 429, 503],
                handler: events
            )
        ]
    }

    private func events(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "type", "probes"])
        let limit = try query.limit()
        let names = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.name, $0) })
        let filter = Filter(type: try query.choice("type", names), probes: try query.flag("probes") ?? false)
        var after = try query.integer("after", in: 0...OrderLimits.maxAmount, or: 0)
        var isFollowing = query.isGiven("after")
        if let last = call.request.headers[.lastEventID] {
            guard let seq = Int64(last), (0...OrderLimits.maxAmount).contains(seq) else {
                throw .badParameter("header", "Last-Event-ID", "the id of an event of this stream")
            }
            after = seq
            isFollowing = true
        }
        if isFollowing { try await checkRange(after) }
        if call.request.headers[.accept]?.contains("text/event-stream") == true {
            return stream(for: call, in: try shop.streams.enter(call.principal.keyID ?? ""), after: after, filter)
        }
        let page = try await page(after: after, filter, limit: limit)
        var json = JSONWriter()
        json.object { json in
            json.key("items")
            json.array { json in for row in page.rows { row.write(to: &json) } }
            json.member("next", page.next)
        }
        return .json(json.bytes)
    }

    /// The events that a reader asks for.
    private struct Filter {
        let type: EventType?
        let probes: Bool
    }

    /// Refuses a starting number from which events would be missing silently: because they have been pruned, or because the feed
    /// ends before it, as after restoring a backup.
    private func checkRange(_ after: Int64) async throws(Problem) {
        let (first, last) = try await shop.read { (view) throws(LedgerFailure) in
            let last = try view.counter(CounterRow.events)
            return (try view.rows(RowQuery<EventRow>(limit: 1)).first?.key ?? last + 1, last)
        }
        guard after <= last else {
            throw Problem(
                .unprocessableContent,
                "beyond_end",
                "the feed ends with event \(last)",
                errors: [Problem.Detail(pointer: "query:after", code: "beyond_end", detail: "at most \(last)")]
            ) { $0.member("last", last) }
        }
        guard after >= first - 1 else {
            throw .eventsGone(first: first, last: last)
        }
    }

    /// A page, and where the next one starts: after all scanned events, even if none matched.
    private func page(
        after: Int64,
        _ filter: Filter,
        limit: Int
    ) async throws(Problem) -> (rows: [EventRow], next: Int64) {
        var conditions = filter.type.map { [Condition("type", .equal, .integer($0.rawValue))] } ?? []
        if !filter.probes { conditions.append(Condition("probe", .equal, .integer(0))) }
        let wanted = conditions
        return try await shop.read { (view) throws(LedgerFailure) in
            let rows = try view.rows(RowQuery<EventRow>(wanted, after: after, limit: limit))
            let last = rows.last?.key ?? after
            guard rows.count < limit else { return (rows, last) }
            return (rows, max(last, try view.counter(CounterRow.events)))
        }
    }

    /// - Parameter place: kept until the stream has ended.
    private func stream(for call: Call, in place: EventStreams.Place, after: Int64, _ filter: Filter) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(place) {} }
                var cursor = after
                var quietSince = ContinuousClock.now
                try await writer.write(ByteBuffer(string: ": following\n\n"))
                // The streams of a key that was revoked or lost its scope end at the next poll.
                while !Task.isCancelled && !Task.isShuttingDownGracefully && call.stillMay(.eventsRead) {
                    let page = try await page(after: cursor, filter, limit: 200)
                    cursor = page.next
                    if !page.rows.isEmpty {
                        var buffer = ByteBuffer()
                        for row in page.rows { row.writeServerSentEvent(to: &buffer) }
                        try await writer.write(buffer)
                        quietSince = .now
                    } else if quietSince.duration(to: .now) > Self.heartbeat {
                        try await writer.write(ByteBuffer(string: ": alive\n\n"))
                        quietSince = .now
                    }
                    if page.rows.count < 200 { try await Task.sleep(for: Self.interval) }
                }
                try await writer.finish(nil)
            }
        )
    }
}

extension Problem {
    /// Requested events have been pruned.
    static func eventsGone(first: Int64, last: Int64) -> Problem {
        Problem(.gone, "events_gone", "the events before \(first) are no longer kept") { json in
            json.member("first", first)
            json.member("last", last)
        }
    }
}

extension EventRow {
    fileprivate func writeServerSentEvent(to buffer: inout ByteBuffer) {
        var json = JSONWriter(capacity: 256)
        write(to: &json)
        buffer.writeString("id: \(key)\nevent: \(type.name)\ndata: ")
        buffer.writeBytes(json.bytes)
        buffer.writeString("\n\n")
    }
}
