import API
import Hummingbird
import JSON
import Ledger
import NIOCore
import Trading

/// The event feed: by pages, or as a stream that stays open (server-sent events).
struct EventRoutes {
    let shop: Shop
    /// How often an open stream looks for news.
    static let interval = Duration.milliseconds(200)
    /// How often an open stream that has no news says that it is alive.
    static let heartbeat = Duration.seconds(15)

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
                        "The sequence number to go on from."
                    ),
                    Parameter(
                        "type",
                        in: .query,
                        #"{"type":"string","enum":[\#(types)]}"#,
                        "Only events of this type."
                    ),
                    Parameter(
                        "Last-Event-ID",
                        in: .header,
                        #"{"type":"string","pattern":"^[0-9]{1,16}$"}"#,
                        "Where a stream that was cut off goes on."
                    ),
                ],
                outcomes: [Outcome(200, "EventPage", "A page of events; `next` is the `after` to ask for next.")],
                handler: events
            )
        ]
    }

    private func events(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "type"])
        let limit = try query.limit()
        let names = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.name, $0) })
        let type = try query.choice("type", names)
        var after = try query.integer("after", in: 0...OrderLimits.maxAmount, or: 0)
        if let last = call.request.headers[.lastEventID] {
            guard let seq = Int64(last), (0...OrderLimits.maxAmount).contains(seq) else {
                throw .badParameter("header", "Last-Event-ID", "the id of an event of this stream")
            }
            after = seq
        }
        if call.request.headers[.accept]?.contains("text/event-stream") == true {
            return stream(for: call, after: after, type: type)
        }
        let rows = try await page(after: after, type: type, limit: limit)
        var json = JSONWriter()
        json.object { json in
            json.key("items")
            json.array { json in for row in rows { row.write(to: &json) } }
            json.member("next", rows.last?.key ?? after)
        }
        return .json(json.bytes)
    }

    private func page(after: Int64, type: EventType?, limit: Int) async throws(Problem) -> [EventRow] {
        let conditions = type.map { [Condition("type", .equal, .integer($0.rawValue))] } ?? []
        return try await shop.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<EventRow>(conditions, after: after, limit: limit))
        }
    }

    private func stream(for call: Call, after: Int64, type: EventType?) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var cursor = after
                var quietSince = ContinuousClock.now
                try await writer.write(ByteBuffer(string: ": following\n\n"))
                // A key that was revoked, or may no longer, ends its streams with the next look.
                while !Task.isCancelled && !Task.isShuttingDownGracefully && call.stillMay(.eventsRead) {
                    let rows = try await page(after: cursor, type: type, limit: 200)
                    if let last = rows.last {
                        var buffer = ByteBuffer()
                        for row in rows { row.writeServerSentEvent(to: &buffer) }
                        try await writer.write(buffer)
                        cursor = last.key
                        quietSince = .now
                    } else if quietSince.duration(to: .now) > Self.heartbeat {
                        try await writer.write(ByteBuffer(string: ": alive\n\n"))
                        quietSince = .now
                    }
                    if rows.count < 200 { try await Task.sleep(for: Self.interval) }
                }
                try await writer.finish(nil)
            }
        )
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
