import Testing
import Trading

@testable import Ledger

@Suite("The rules of webhooks")
struct WebhookRuleTests {
    @Test(
        "a URL is taken that every parser reads in the same way",
        arguments: [
            ("https://example.com", "example.com"), ("HTTP://Example.COM:8080/a?b=c", "example.com"),
            ("https://example.com/a@b", "example.com"), ("https://[::1]:443/", "::1"),
            ("http://127.0.0.1", "127.0.0.1"),
            ("https://a_b-c.example:65535?x", "a_b-c.example"),
        ]
    )
    func goodURLs(text: String, host: String) throws {
        let url = try WebhookURL(text)
        #expect(url.host == host)
        #expect(url.description == text)
        #expect(url.isEncrypted == text.lowercased().hasPrefix("https"))
    }

    @Test(
        "a URL is refused, with the first of its faults",
        arguments: [
            ("https://" + String(repeating: "a", count: 2000), .tooLong), ("https://exämple.com", .characters),
            ("https://example.com/a b", .characters), (#"https://a\b"#, .characters), ("https://a/\u{0}", .characters),
            ("ftp://example.com", .scheme), ("example.com", .scheme), ("", .scheme), ("https:/example.com", .scheme),
            ("https://user@example.com", .userInformation), ("https://u:p@[::1]/", .userInformation),
            ("https://example.com/#a", .fragment), ("https://", .host), ("https:///a", .host), ("https://a%2e/", .host),
            ("https://[::1", .host), ("https://[::1]x", .host), ("https://[abc]/", .host), ("https://:80", .host),
            ("https://a:0", .port), ("https://a:65536", .port), ("https://a:", .port), ("https://a:080", .port),
            ("https://a:1:2", .port), ("https://a:+80", .port),
        ] as [(String, WebhookURL.Refusal)]
    )
    func badURLs(text: String, refusal: WebhookURL.Refusal) {
        #expect(throws: refusal) { try WebhookURL(text) }
    }

    @Test(
        "a filter matches names, areas and everything",
        arguments: [
            (["*"], [.orderPlaced, .productCreated, .webhookDisabled], []),
            (["order.*"], [.orderPlaced, .orderPartlyFulfilled], [.productCreated, .returnCreated]),
            (["order.placed", "return.*"], [.orderPlaced, .returnCreated], [.orderConfirmed]),
            (["order.place"], [], [.orderPlaced]), (["ord.*"], [], [.orderPlaced]), ([], [], [.orderPlaced]),
        ] as [([String], [EventType], [EventType])]
    )
    func filters(patterns: [String], told: [EventType], untold: [EventType]) {
        let filter = EventFilter(stored: patterns)
        for type in told { #expect(filter.matches(type), "\(type)") }
        for type in untold { #expect(!filter.matches(type), "\(type)") }
    }

    @Test("the patterns that are known are those that match something")
    func knownPatterns() {
        for pattern in EventFilter.known {
            #expect(EventType.allCases.contains { EventFilter(stored: [pattern]).matches($0) }, "\(pattern)")
        }
        for type in EventType.allCases { #expect(EventFilter.known.contains(type.name)) }
    }

    @Test(
        "pauses double from five seconds to four hours, and half of that more by the draw",
        arguments: [
            (1, 0, 5000), (1, 1, 7500), (2, 0, 10_000), (3, 0.5, 25_000), (12, 0, 10_240_000), (13, 0, 14_400_000),
            (100, 0, 14_400_000), (100, 1, 21_600_000),
        ] as [(Int64, Double, Int64)]
    )
    func pauses(tries: Int64, draw: Double, milliseconds: Int64) {
        #expect(DeliveryStream.pauseMilliseconds(tries: tries, draw: draw) == milliseconds)
    }

    @Test("an event is tried for 72 hours from its first failure, the last time at their very end")
    func patience() {
        let start = Timestamp(milliseconds: 1_795_411_261_123)
        let end = start.adding(seconds: 259_200)
        var stream = DeliveryStream(cursor: 7)
        var time = start
        var times: [Timestamp] = []
        while let next = stream.fail(at: time, retryAfterSeconds: nil, draw: 0) {
            #expect(next > time && next <= end)
            times.append(next)
            time = next
        }
        #expect(times.first == start.adding(seconds: 5))
        #expect(times.last == end)
        #expect(stream.tries == Int64(times.count + 1))
        #expect(stream.failingSince == start)
        // Another event has its own 72 hours.
        stream.reach(7)
        #expect(stream.failingSince == start)
        stream.reach(8)
        #expect(stream == DeliveryStream(cursor: 8))
    }

    @Test(
        "a receiver may ask for a longer pause, up to a day, but not for a shorter one",
        arguments: [(0, 5), (3, 5), (60, 60), (86_400, 86_400), (1_000_000, 86_400), (-5, 5), (.max, 86_400)]
            as [(Int64, Int64)]
    )
    func wishes(wish: Int64, seconds: Int64) {
        let start = Timestamp(milliseconds: 0)
        var stream = DeliveryStream(cursor: 0)
        #expect(stream.fail(at: start, retryAfterSeconds: wish, draw: 0) == start.adding(seconds: seconds))
    }

    @Test(
        "only 200 to 299 acknowledges; only 410 is gone",
        arguments: [(199, false), (200, true), (204, true), (299, true), (300, false), (404, false), (500, false)]
    )
    func answers(status: Int, isAcknowledged: Bool) {
        #expect(DeliveryAnswer.status(status).isAcknowledged == isAcknowledged)
        #expect(!DeliveryAnswer.status(status).isGone)
        #expect(DeliveryAnswer.status(410).isGone)
        #expect(!DeliveryAnswer.none(.timeout).isAcknowledged)
    }
}
