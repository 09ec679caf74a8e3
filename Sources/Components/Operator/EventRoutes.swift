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
                        "epoch",
                        in: .query,
                        #"{"type":"integer","minimum":0,"maximum":9007199254740991}"#,
                        "The epoch of that event, as the page with it said. Needed once the shop was restored from a backup: numbers after that were used before, and 410 `feed_restarted` tells a follower of it."
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
                        #"{"type":"string","pattern":"^([0-9]{1,16}-)?[0-9]{1,16}$"}"#,
                        "Where a stream that was cut off goes on: the id of the last event, with its epoch before it if there is one."
                    ),
                ],
                responses: [ResponseKind(200, "EventPage", "A page of events; `next` is the `after` to ask for next.")],
                problems: [410, 429, 503],
                handler: events
            )
        ]
    }

    private func events(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "epoch", "type", "probes"])
        let limit = try query.limit()
        let names = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.name, $0) })
        let filter = Filter(type: try query.choice("type", names), probes: try query.flag("probes") ?? false)
        var after = try query.integer("after", in: 0...OrderLimits.maxAmount, or: 0)
        var epoch = query.isGiven("epoch") ? try query.integer("epoch", in: 0...OrderLimits.maxAmount, or: 0) : nil
        var isFollowing = query.isGiven("after")
        if let last = call.request.headers[.lastEventID] {
            (epoch, after) = try Self.place(last)
            isFollowing = true
        }
        let feed = try await shop.read { (view) throws(LedgerFailure) in try Feed(view) }
        if isFollowing { try feed.check(after: after, of: epoch) }
        if call.request.headers[.accept]?.contains("text/event-stream") == true {
            return stream(for: call, in: try shop.streams.enter(call.principal.keyID ?? ""), after: after, filter)
        }
        let page = try await page(after: after, filter, limit: limit)
        var json = JSONWriter()
        json.object { json in
            json.key("items")
            json.array { json in for row in page.rows { row.write(to: &json) } }
            json.member("next", page.next)
            json.member("epoch", feed.epoch)
        }
        return .json(json.bytes)
    }

    /// The epoch and the number in the id of a stream's event.
    private static func place(_ id: String) throws(Problem) -> (epoch: Int64?, seq: Int64) {
        let numbers = id.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
        guard (1...2).contains(numbers.count), numbers.allSatisfy((0...OrderLimits.maxAmount).contains) else {
            throw .badParameter("header", "Last-Event-ID", "the id of an event of this stream")
        }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : (nil, numbers[0])
    }

    /// The events that a reader asks for.
    private struct Filter {
        let type: EventType?
        let probes: Bool
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

/// What the feed holds.
private struct Feed: Sendable {
    /// The first event that is kept.
    let first: Int64
    let last: Int64
    let restores: [Restoration]

    /// The epoch of the newest event; 0 in a shop that was never restored.
    var epoch: Int64 { restores.last?.epoch ?? 0 }

    init(_ view: any LedgerView) throws(LedgerFailure) {
        last = try view.counter(CounterRow.events)
        first = try view.rows(RowQuery<EventRow>(limit: 1)).first?.key ?? last + 1
        restores = try view.restores()
    }

    /// Refuses a starting number from which events would be missing silently: because it belongs to the lost future of a restore,
    /// because events have been pruned, or because the feed ends before it.
    ///
    /// - Parameter given: the epoch of that number; a follower that does not tell it has seen none.
    func check(after: Int64, of given: Int64?) throws(Problem) {
        if let newest = restores.last {
            let common = min(restores.lastCommonEvent(with: given ?? 0) ?? 0, last)
            let isOfNow = given == newest.epoch
            guard isOfNow || after <= common else { throw .feedRestarted(newest, common: common) }
            guard !isOfNow || after <= last else { throw .feedRestarted(newest, common: min(newest.lastEvent, last)) }
        }
        guard after <= last else {
            throw Problem(
                .unprocessableContent,
                "beyond_end",
                "the feed ends with event \(last)",
                errors: [Problem.Detail(pointer: "query:after", code: "beyond_end", detail: "at most \(last)")]
            ) { $0.member("last", last) }
        }
        guard after >= first - 1 else { throw .eventsGone(first: first, last: last) }
    }
}

extension Problem {
    /// The shop was restored from a backup, and the follower has seen events of the lost future.
    fileprivate static func feedRestarted(_ restore: Restoration, common: Int64) -> Problem {
        Problem(
            .gone,
            "feed_restarted",
            "the shop was restored to \(restore.restoredTo), and what was heard of it after event \(common) no longer holds: undo that, then ask with after=\(common)&epoch=\(restore.epoch)"
        ) { json in
            json.member("epoch", restore.epoch)
            json.member("common", common)
            json.member("restoredTo", restore.restoredTo)
        }
    }

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
        buffer.writeString("id: \(epoch > 0 ? "\(epoch)-" : "")\(key)\nevent: \(type.name)\ndata: ")
        buffer.writeBytes(json.bytes)
        buffer.writeString("\n\n")
    }
}
