import Testing
import Trading

@testable import Ledger

@Suite("Deliveries under virtual time")
struct DeliveryTests {
    @Test(
        "an endpoint that has got everything has no task, and is woken by news for it",
        arguments: EngineKind.allCases
    )
    func idle(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let all = try await shop.webhook()
            let orders = try await shop.webhook(["order.*"])
            var receiver = TestReceiver(shop)
            try await receiver.work()
            #expect(try await shop.tasks().isEmpty)
            try await shop.happen(2)
            try await receiver.look()
            #expect(try await shop.tasks().map(\.key) == [TaskRow.Key(.deliverWebhook, all.bits)])
            // Another look, also by another process, creates no second delivery.
            let before = try await shop.dump()
            try await receiver.look()
            var other = TestReceiver(shop)
            try await other.look()
            #expect(try await shop.dump() == before)
            try await receiver.work()
            #expect(try await shop.tasks().isEmpty)
            #expect(try await shop.endpoint(orders).attempts == 0)
            // The first endpoint also receives the event of the second one's creation.
            #expect(receiver.received.map(\.type) == [.webhookCreated, .productCreated, .productUpdated])
        }
    }

    @Test(
        "a receiver that is down for an hour gets everything once it is back, in order, each id once",
        arguments: EngineKind.allCases
    )
    func hour(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            var receiver = TestReceiver(shop)
            let start = shop.clock.now
            let back = start.adding(seconds: 3600)
            receiver.answer = { _, now in now < back ? .none(.connect) : .status(204) }
            for minute in 0..<60 {
                try await shop.happen(4, sku: "SKU-\(minute)")
                try await receiver.work(until: start.adding(seconds: Int64(minute + 1) * 60))
            }
            let calls = receiver.calls
            #expect(receiver.received.isEmpty)
            #expect(calls < 20, "an endpoint that is down is not hammered: \(calls) calls")
            // The longest pause behind an hour is less than the two hours that the tenth doubling gives.
            try await receiver.work(until: back.adding(seconds: 7200))
            #expect(receiver.received.count == 240)
            let keys = receiver.received.map(\.key)
            #expect(keys == keys.sorted())
            #expect(Set(receiver.received.map(\.messageID)).count == 240)
            let endpoint = try await shop.endpoint(id)
            #expect(endpoint.stream == DeliveryStream(cursor: try #require(keys.last)))
            #expect(endpoint.isEnabled)
            #expect(try await shop.tasks().isEmpty)
            #expect(try await shop.rows(DeliveryRow.self).count == Int(WebhookEndpoint.keptAttempts))
        }
    }

    @Test("after 72 hours an endpoint is disabled, and the others are told", arguments: EngineKind.allCases)
    func patience(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let dead = try await shop.webhook(["product.*"])
            let watching = try await shop.webhook(["webhook.*"])
            try await shop.happen(2)
            var receiver = TestReceiver(shop)
            receiver.answer = { event, _ in event.type == .webhookDisabled ? .status(200) : .status(500) }
            let start = shop.clock.now
            try await receiver.work(until: start.adding(seconds: DeliveryStream.patienceSeconds - 1))
            #expect(try await shop.endpoint(dead).isEnabled)
            try await receiver.work(until: start.adding(seconds: DeliveryStream.patienceSeconds + 60))
            let endpoint = try await shop.endpoint(dead)
            #expect(endpoint.state == .disabled(.failing, since: start.adding(seconds: DeliveryStream.patienceSeconds)))
            let events = try await shop.rows(EventRow.self).filter { $0.type == .webhookDisabled }
            #expect(events.map(\.subject) == [dead.description])
            #expect(receiver.received.map(\.type) == [.webhookDisabled])
            #expect(try await shop.endpoint(watching).isEnabled)
            // No delivery is due for it, whatever happens, until it is enabled; then it resumes where it stopped.
            try await shop.happen(2, sku: "LATER")
            try await receiver.work()
            #expect(try await shop.tasks().isEmpty)
            receiver.answer = { _, _ in .status(200) }
            try await shop.run(ChangeWebhook(dead, .enable(skipsMissed: false)))
            try await receiver.work()
            let told = receiver.received.filter { $0.type == .productCreated || $0.type == .productUpdated }
            #expect(told.map(\.subject) == ["MUG", "MUG", "LATER", "LATER"])
        }
    }

    @Test("410 disables at once; what was missed can be left out", arguments: EngineKind.allCases)
    func gone(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            try await shop.happen(3)
            var receiver = TestReceiver(shop)
            receiver.answer = { _, _ in .status(410) }
            try await receiver.work()
            #expect(receiver.calls == 1)
            #expect(try await shop.endpoint(id).state == .disabled(.gone, since: shop.clock.now))
            receiver.answer = { _, _ in .status(200) }
            try await shop.run(ChangeWebhook(id, .enable(skipsMissed: true)))
            try await shop.happen(1, sku: "NEW")
            try await receiver.work()
            #expect(receiver.received.map(\.subject) == ["NEW"])
        }
    }

    @Test("what was acknowledged before a failure is not sent again", arguments: EngineKind.allCases)
    func partly(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            let first = try await shop.endpoint(id).stream.cursor + 1
            try await shop.happen(5)
            var receiver = TestReceiver(shop)
            let start = shop.clock.now
            receiver.answer = { event, now in
                event.key == first + 2 && now == start ? .status(503, retryAfter: 40) : .status(200)
            }
            try await receiver.work()
            #expect(receiver.received.map(\.key) == [first, first + 1])
            let endpoint = try await shop.endpoint(id)
            let next = start.adding(seconds: 40)
            #expect(
                endpoint.stream == DeliveryStream(cursor: first + 1, failingSince: start, tries: 1, nextTryAt: next)
            )
            let task = try #require(try await shop.tasks().first)
            #expect(task.key.kind == .retryWebhook)
            #expect(task.due == start.adding(seconds: 40))
            try await receiver.work(until: start.adding(seconds: 40))
            #expect(receiver.received.map(\.key) == Array(first..<(first + 5)))
            let after = try await shop.endpoint(id).stream
            #expect(after.tries == 0 && after.nextTryAt == nil && after.failingSince == nil)
        }
    }

    @Test("a worker that was too slow changes nothing, however the endpoint went on", arguments: EngineKind.allCases)
    func fencing(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            try await shop.happen(1)
            var receiver = TestReceiver(shop)
            try await receiver.look()
            let key = TaskRow.Key(.deliverWebhook, id.bits)
            let old = try #require(try await shop.run(ClaimTasks([key], seconds: 60)).first)
            func late() -> RecordDeliveries { RecordDeliveries(old, attempts: [], reached: 99, isLast: true) }
            shop.clock.advance(seconds: 60)
            let second = try #require(try await shop.run(ClaimTasks([key], seconds: 60)).first)
            try await shop.expect(.lapsed, of: late())
            try await receiver.deliver(second)
            try await shop.expect(.lapsed, of: late())
            // A recreated task continues with the next epoch, even if the endpoint was disabled during a claim.
            try await shop.happen(1, sku: "NEXT")
            try await receiver.look()
            let third = try #require(try await shop.run(ClaimTasks([key], seconds: 60)).first)
            #expect(third.epoch == second.epoch + 1)
            try await shop.run(ChangeWebhook(id, .disable))
            try await shop.run(ChangeWebhook(id, .enable(skipsMissed: false)))
            let fourth = try #require(try await shop.run(ClaimTasks([key], seconds: 60)).first)
            #expect(fourth.epoch == third.epoch + 1)
            try await shop.expect(.lapsed, of: RecordDeliveries(third, attempts: [], reached: 99, isLast: true))
            #expect(try await shop.endpoint(id).stream.cursor < 99)
        }
    }

    @Test("a range is told again without touching what is new", arguments: EngineKind.allCases)
    func replay(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            try await shop.happen(4)
            var receiver = TestReceiver(shop)
            try await receiver.work()
            let live = receiver.received
            try await shop.run(ChangeWebhook(id, .replay(after: live[0].key, end: live[2].key)))
            // While the replay fails, new events are delivered.
            receiver.answer = { event, _ in event.key <= live[2].key ? .status(500) : .status(200) }
            try await shop.happen(1, sku: "NEW")
            try await receiver.work()
            #expect(receiver.received.map(\.subject) == live.map(\.subject) + ["NEW"])
            let cursor = try await shop.endpoint(id).stream.cursor
            receiver.answer = { _, _ in .status(200) }
            try await receiver.work(until: shop.clock.now.adding(seconds: 60))
            let again = receiver.received.dropFirst(5)
            #expect(again.map(\.key) == [live[1].key, live[2].key])
            #expect(again.map(\.messageID) == live[1...2].map(\.messageID))
            let endpoint = try await shop.endpoint(id)
            #expect(endpoint.replay == nil)
            #expect(endpoint.stream.cursor == cursor)
            #expect(try await shop.tasks().isEmpty)
            let origins = try await shop.rows(DeliveryRow.self).map(\.attempt.origin)
            #expect(origins.filter { $0 == .replay }.count == 3)
        }
    }

    @Test("a replay that nobody takes for 72 hours is given up, and the endpoint stays", arguments: EngineKind.allCases)
    func replayPatience(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            try await shop.happen(2)
            var receiver = TestReceiver(shop)
            try await receiver.work()
            try await shop.run(ChangeWebhook(id, .replay(after: 0, end: 100)))
            receiver.answer = { _, _ in .none(.timeout) }
            try await receiver.work(until: shop.clock.now.adding(seconds: DeliveryStream.patienceSeconds + 60))
            #expect(try await shop.endpoint(id).replay == nil)
            #expect(try await shop.endpoint(id).isEnabled)
            #expect(try await shop.tasks().isEmpty)
        }
    }

    @Test("a change of the filter counts from when it was made", arguments: EngineKind.allCases)
    func filterChange(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["location.*"])
            try await shop.happen(3)
            try await shop.run(PutLocation(Location(code: "north", name: "North", version: 0)))
            let filter = EventFilter(stored: ["product.*"])
            try await shop.run(ChangeWebhook(id, .edit(url: nil, filter: filter, description: nil)))
            try await shop.happen(1, sku: "NEW")
            try await shop.run(PutLocation(Location(code: "south", name: "South", version: 0)))
            var receiver = TestReceiver(shop)
            try await receiver.work()
            #expect(receiver.received.map(\.subject) == ["north", "NEW"])
            #expect(try await shop.endpoint(id).earlier == nil)
        }
    }

    @Test("a receiver that is slow gives its place to those that are not", arguments: EngineKind.allCases)
    func slowness(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            try await shop.happen(1)
            var receiver = TestReceiver(shop)
            try await receiver.look()
            let claim = try #require(
                try await shop.run(ClaimTasks([TaskRow.Key(.deliverWebhook, id.bits)], seconds: 60)).first
            )
            let attempt = DeliveryAttempt(
                message: "evt_1",
                event: 1,
                type: "product.created",
                origin: .live,
                at: shop.clock.now,
                milliseconds: 6000,
                answer: .status(200)
            )
            let isMore = try await shop.run(RecordDeliveries(claim, attempts: [attempt], reached: 1, isLast: false))
            #expect(isMore)
            #expect(try await shop.tasks().map(\.key.kind) == [.retryWebhook])
        }
    }

    @Test("the feed is kept for an endpoint that has not got it yet, and only then", arguments: EngineKind.allCases)
    func retention(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            func needed() async throws -> Int64 {
                try await shop.engine.read { (view) throws(LedgerFailure) in try view.eventsNotNeededByWebhooks() }
            }
            #expect(try await needed() == .max)
            let id = try await shop.webhook(["product.*"])
            let cursor = try await shop.endpoint(id).stream.cursor
            try await shop.happen(3)
            #expect(try await needed() == cursor)
            var receiver = TestReceiver(shop)
            try await receiver.work()
            #expect(try await needed() == cursor + 3)
            try await shop.run(ChangeWebhook(id, .replay(after: cursor + 1, end: cursor + 2)))
            #expect(try await needed() == cursor + 1)
            try await shop.run(ChangeWebhook(id, .disable))
            #expect(try await needed() == .max)
        }
    }

    @Test("what an endpoint was to be told of is counted when it goes, and told", arguments: EngineKind.allCases)
    func missed(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["product.*"])
            let orders = try await shop.webhook(["order.*"])
            try await shop.happen(2)
            var receiver = TestReceiver(shop)
            try await receiver.work()
            let got = try await shop.endpoint(id).stream.cursor
            try await shop.run(ChangeWebhook(id, .disable))
            try await shop.happen(5)
            let last = try #require(try await shop.rows(EventRow.self).last?.key)
            func prune(_ events: ClosedRange<Int64>) async throws -> [ID<WebhookEndpoint>] {
                let command = Prune(
                    idempotency: ([], shop.clock.now),
                    carts: [],
                    events: Array(events),
                    webhooks: try await shop.engine.read { (view) throws(LedgerFailure) in
                        try view.webhooks(behind: events.upperBound)
                    }
                )
                return try await shop.run(command).missing.map(\.id)
            }
            #expect(try await prune(1...got).isEmpty, "it has got these")
            #expect(try await shop.endpoint(id).missed == nil)
            // Five events are still undelivered; the event of its own disabling is not sent to it.
            #expect(try await prune(got + 1...last - 3) == [id])
            shop.clock.advance(seconds: 10)
            #expect(try await prune(last - 2...last - 2).isEmpty, "it is known already")
            let missed = try #require(try await shop.endpoint(id).missed)
            #expect(missed == .init(count: 3, first: last - 4, last: last - 2, at: shop.clock.now))
            #expect(try await shop.endpoint(orders).missed == nil)
            shop.clock.advance(seconds: 10)
            let answer = try await shop.run(ChangeWebhook(id, .enable(skipsMissed: false)))
            #expect(answer.missed == missed)
            let document = String(decoding: answer.document, as: UTF8.self)
            #expect(document.contains(#""missed":{"count":3,"first":\#(last - 4),"#))
            let before = receiver.received.count
            try await receiver.work()
            #expect(receiver.received.dropFirst(before).map(\.key) == [last - 1, last])
            #expect(try await shop.endpoint(id).missed == missed, "that it was missed stays true")
            // An endpoint that is enabled with `skipsMissed` no longer reports missed events.
            try await shop.run(ChangeWebhook(id, .disable))
            #expect(try await shop.run(ChangeWebhook(id, .enable(skipsMissed: true))).missed == nil)
        }
    }

    @Test(
        "the first event of a time is found by halving, also in a feed that was pruned",
        arguments: EngineKind.allCases
    )
    func times(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let start = shop.clock.now
            for _ in 0..<20 {
                try await shop.happen(1, sku: "SKU-\(shop.clock.now.milliseconds)")
                shop.clock.advance(seconds: 10)
            }
            func first(_ seconds: Int64) async throws -> Int64? {
                try await shop.engine.read { (view) throws(LedgerFailure) in
                    try view.firstEvent(notBefore: start.adding(seconds: seconds))
                }
            }
            try await shop.run(Prune(idempotency: ([], start), carts: [], events: [1, 2, 3]))
            #expect(try await first(-5) == 4)
            #expect(try await first(30) == 4)
            #expect(try await first(31) == 5)
            #expect(try await first(190) == 20)
            #expect(try await first(191) == nil)
        }
    }
}
