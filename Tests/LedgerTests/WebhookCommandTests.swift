import Testing
import Trading

@testable import Ledger

@Suite("Endpoints on file")
struct WebhookCommandTests {
    private static let url = "https://example.com/hooks"

    private static func create(_ patterns: [String] = ["*"]) throws -> CreateWebhook {
        CreateWebhook(url: try WebhookURL(url), filter: EventFilter(stored: patterns), description: "The warehouse")
    }

    @Test("is told of what happens from then on, and its secret is shown once", arguments: EngineKind.allCases)
    func creation(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.happen(3)
            let first = try await shop.committer.submit(try Self.create(), key: .test(1))
            let endpoint = try #require(try await shop.rows(WebhookRow.self).first?.endpoint)
            let secret = try #require(endpoint.secrets.first)
            #expect(endpoint.stream == DeliveryStream(cursor: 4))
            #expect(secret.text.hasPrefix("whsec_"))
            #expect(String(decoding: first.outcome.document, as: UTF8.self).contains(secret.text))
            #expect(endpoint.signingSecrets(at: shop.clock.now) == [secret])
            // A repeated request returns the first answer with its secret; a change does not show the secret.
            let again = try await shop.committer.submit(try Self.create(), key: .test(1))
            #expect(again.replayed)
            #expect(again.outcome.document == first.outcome.document)
            #expect(again.outcome.version == 1)
            let edit = ChangeWebhook(endpoint.id, .edit(url: nil, filter: nil, description: .some(nil)))
            #expect(!String(decoding: try await shop.run(edit).document, as: UTF8.self).contains("whsec_"))
            // Events hold no secrets either.
            let events = try await shop.rows(EventRow.self).flatMap(\.data)
            #expect(!String(decoding: events, as: UTF8.self).contains("whsec_"))
        }
    }

    @Test("a rotation leaves two good secrets until the one before retires", arguments: EngineKind.allCases)
    func rotation(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook()
            let first = try #require(try await shop.endpoint(id).secrets.first?.text)
            try await shop.run(ChangeWebhook(id, .rotate(overlapSeconds: 60)))
            let second = try #require(try await shop.endpoint(id).secrets.first?.text)
            func good() async throws -> [String] {
                try await shop.endpoint(id).signingSecrets(at: shop.clock.now).map(\.text)
            }
            #expect(first != second)
            #expect(try await good() == [second, first])
            shop.clock.advance(seconds: 59)
            #expect(try await good() == [second, first])
            shop.clock.advance(seconds: 1)
            #expect(try await good() == [second])
            // The second secret is valid at once, and there are never more than two.
            try await shop.run(ChangeWebhook(id, .rotate(overlapSeconds: 600)))
            try await shop.run(ChangeWebhook(id, .rotate(overlapSeconds: 600)))
            #expect(try await shop.endpoint(id).secrets.count == 2)
            try await shop.run(ChangeWebhook(id, .rotate(overlapSeconds: 0)))
            #expect(try await shop.endpoint(id).secrets.count == 1)
            #expect(try await shop.rows(EventRow.self).count { $0.type == .webhookRotated } == 4)
        }
    }

    @Test("refusals come in their order, and change nothing", arguments: EngineKind.allCases)
    func refusals(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook()
            let missing = ID<WebhookEndpoint>(high: 1, low: 1)
            try await shop.expect(.notFound, of: ChangeWebhook(missing, .disable, expectedVersion: 9))
            try await shop.expect(.notFound, of: DeleteWebhook(missing))
            try await shop.expect(.versionConflict(current: 1), of: ChangeWebhook(id, .disable, expectedVersion: 9))
            try await shop.expect(.versionConflict(current: 1), of: DeleteWebhook(id, expectedVersion: 2))
            try await shop.expect(.emptyRange, of: ChangeWebhook(id, .replay(after: 5, end: 4)))
            try await shop.expect(.emptyRange, of: ChangeWebhook(id, .replay(after: 1, end: 100)))
            try await shop.happen(3)
            try await shop.run(ChangeWebhook(id, .replay(after: 1, end: 3)))
            try await shop.expect(.replayUnderWay(end: 3), of: ChangeWebhook(id, .replay(after: 1, end: 2)))
            try await shop.run(ChangeWebhook(id, .disable))
            try await shop.expect(.disabled, of: ChangeWebhook(id, .replay(after: 1, end: 2)))
            // A change to the current state changes nothing.
            let before = try await shop.dump()
            try await shop.run(ChangeWebhook(id, .disable))
            try await shop.run(ChangeWebhook(id, .edit(url: nil, filter: nil, description: nil)))
            #expect(try await shop.dump() == before)
        }
    }

    @Test("an endpoint that is taken off file leaves nothing behind", arguments: EngineKind.allCases)
    func deletion(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook()
            try await shop.happen(5)
            var receiver = TestReceiver(shop)
            try await receiver.work()
            try await shop.run(ChangeWebhook(id, .replay(after: 1, end: 3)))
            #expect(try await shop.tasks().count == 1)
            try await shop.run(DeleteWebhook(id))
            #expect(try await shop.tasks().isEmpty)
            #expect(try await shop.rows(WebhookRow.self).isEmpty)
            #expect(try await shop.rows(DeliveryRow.self).isEmpty)
            #expect(try await shop.rows(EventRow.self).last?.type == .webhookDeleted)
        }
    }

    @Test("there are at most so many endpoints, and one that goes makes room", arguments: EngineKind.allCases)
    func limit(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<WebhookEndpoint.maxCount {
                    group.addTask { _ = try await shop.run(try Self.create()) }
                }
                try await group.waitForAll()
            }
            try await shop.expect(.limitReached(Int64(WebhookEndpoint.maxCount)), of: try Self.create())
            try await shop.run(DeleteWebhook(try #require(try await shop.rows(WebhookRow.self).first?.key)))
            try await shop.run(try Self.create())
        }
    }

    @Test("rows of webhooks come back with every field", arguments: EngineKind.allCases)
    func rows(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let id = try await shop.webhook(["order.*", "product.created"])
            try await shop.happen(4)
            try await shop.run(ChangeWebhook(id, .rotate(overlapSeconds: 60)))
            try await shop.run(ChangeWebhook(id, .replay(after: 1, end: 3)))
            let filter = EventFilter(stored: ["*"])
            try await shop.run(ChangeWebhook(id, .edit(url: nil, filter: filter, description: "naïve \"quoted\"")))
            var receiver = TestReceiver(shop)
            var isFirst = true
            receiver.answer = { _, _ in
                defer { isFirst = false }
                return isFirst ? .status(503, retryAfter: 9) : .none(.tls)
            }
            try await receiver.work()
            let failing = try await shop.endpoint(id)
            #expect(failing.stream.tries == 1 && failing.replay?.stream.tries == 1 && failing.earlier != nil)
            for endpoint in [failing]
                + [WebhookEndpoint.DisabledReason.gone].map({ reason in
                    var endpoint = failing
                    endpoint.disable(reason, at: shop.clock.now)
                    return endpoint
                })
            {
                #expect(WebhookEndpoint(document: endpoint.document) == endpoint)
            }
            let attempts = try await shop.rows(DeliveryRow.self).map(\.attempt)
            #expect(Set(attempts.map(\.answer)) == [.status(503, retryAfter: 9), .none(.tls)])
            #expect(attempts.map(\.message).allSatisfy { $0.hasPrefix("evt_") && !$0.contains(".") })
        }
    }
}
