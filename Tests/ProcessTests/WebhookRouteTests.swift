import Foundation
import Testing

extension RealProcesses {
    /// Webhooks as a client of the API sees them.
    @Suite struct WebhookRouteTests {
        @Test(
            "an endpoint is made, changed, rotated, tested, told again, disabled and removed",
            .timeLimit(.minutes(1))
        )
        func life() async throws {
            let receiver = try WebhookReceiver()
            defer { receiver.close() }
            try await withShop { shop in
                let server = try await shop.serve(["webhooks.allow-private=1", "workers.task-interval=20"])
                try await shop.withClient(of: server) { client in
                    let input = #"{"url":"\#(receiver.url)","events":["product.*"],"description":"here"}"#
                    let made = try await client.post("/v1/webhooks", input, key: "make")
                    #expect(made.status == 201)
                    let hook = try made.decode(Hook.self)
                    #expect(hook.secret?.hasPrefix("whsec_") == true)
                    let again = try await client.post("/v1/webhooks", input, key: "make")
                    #expect(again.body == made.body)
                    let path = "/v1/webhooks/\(hook.id)"
                    #expect(try await client.get(path).decode(Hook.self).secret == nil)

                    let rotated = try await client.post("\(path)/rotate", #"{"overlapSeconds":60}"#, key: "rotate")
                    #expect(try rotated.decode(Hook.self).secret != hook.secret)
                    #expect(try rotated.decode(Hook.self).secrets.count == 2)

                    let tested = try await client.post("\(path)/test", "", key: "test").decode(Attempt.self)
                    #expect(tested.acknowledged && tested.status == 204 && tested.origin == "test")

                    try await client.stock("MUG", 1)
                    try await eventually("the product is told of", within: .seconds(5)) {
                        receiver.messages.contains { $0.seq > 0 }
                    }
                    let seq = receiver.messages.last?.seq ?? 0
                    let replay = try await client.post(
                        "\(path)/replay",
                        #"{"from":\#(seq),"to":\#(seq)}"#,
                        key: "replay"
                    )
                    #expect(replay.status == 200)
                    try await eventually("the product is told of again", within: .seconds(5)) {
                        receiver.messages.filter { $0.seq == seq }.count == 2
                    }
                    #expect(Set(receiver.messages.filter { $0.seq == seq }.map(\.id)).count == 1)
                    // The previous replay is in progress until its last answer is in the ledger.
                    try await eventually("a replay by time is taken", within: .seconds(5)) {
                        let from = #"{"from":"2000-01-01T00:00:00.000Z"}"#
                        let byTime = try await client.post("\(path)/replay", from, key: "by-time")
                        return byTime.status == 200
                    }
                    let none = try await client.post("\(path)/replay", #"{"from":1000000}"#, key: "none")
                    #expect(none.status == 422 || none.problem?.code == "replay_under_way")

                    try await eventually("the log has them all", within: .seconds(5)) {
                        let log = try await client.get("\(path)/deliveries").decode(Attempts.self).items
                        return log.contains { $0.origin == "live" } && log.contains { $0.origin == "replay" }
                            && log.map(\.number) == log.map(\.number).sorted(by: >)
                    }
                    let page = try await client.get("\(path)/deliveries?limit=1").decode(Attempts.self)
                    let next = try await client.get("\(path)/deliveries?limit=1&after=\(page.next ?? "")")
                    #expect(try next.decode(Attempts.self).items.first?.number == (page.items.first?.number ?? 0) - 1)

                    let disabled = try await client.post("\(path)/disable", "", key: "off").decode(Hook.self)
                    #expect(disabled.state == "disabled" && disabled.reason == "byHand")
                    let refused = try await client.post("\(path)/replay", #"{"from":1}"#, key: "refused")
                    #expect(refused.problem?.code == "webhook_disabled")
                    let enabled = try await client.post("\(path)/enable", #"{"skipMissed":true}"#, key: "on")
                    #expect(try enabled.decode(Hook.self).state == "enabled")
                }
                try await Self.edit(shop, server)
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// Changes the endpoint with the current version and with a stale one, and removes it.
        private static func edit(_ shop: TestShop, _ server: ServerProcess) async throws {
            let authorization = "Authorization: Bearer \(shop.key)\r\n"
            let list = try await server.ask("GET", "/v1/webhooks", headers: authorization).decode(Hooks.self)
            let hook = try #require(list.items.first)
            let path = "/v1/webhooks/\(hook.id)"
            func change(_ body: String, version: Int) async throws -> WireAnswer {
                let headers = authorization + "If-Match: \"\(version)\"\r\nContent-Type: application/json\r\n"
                return try await server.ask("PATCH", path, headers: headers, body: body)
            }
            #expect(try await change(#"{"events":["order.*"]}"#, version: 999).status == 412)
            let changed = try await change(#"{"events":["order.*"],"description":null}"#, version: hook.version)
            #expect(changed.status == 200)
            #expect(try changed.decode(Hook.self).events == ["order.*"])
            #expect(try await change(#"{"events":["oder.*"]}"#, version: hook.version + 1).status == 422)
            #expect(try await change(#"{"url":"ftp://a"}"#, version: hook.version + 1).status == 422)
            #expect(try await server.ask("DELETE", path, headers: authorization).status == 204)
            #expect(try await server.ask("GET", path, headers: authorization).status == 404)
            #expect(try await server.ask("GET", path).status == 401)
        }

        @Test(
            "a private address is refused at once where it can be seen, and at delivery where not",
            .timeLimit(.minutes(1))
        )
        func privateAddresses() async throws {
            let receiver = try WebhookReceiver()
            defer { receiver.close() }
            try await withShop { shop in
                let server = try await shop.serve(["workers.task-interval=20"])
                try await shop.withClient(of: server) { client in
                    for (index, host) in ["127.0.0.1", "localhost", "[::1]", "10.0.0.1"].enumerated() {
                        let answer = try await client.post(
                            "/v1/webhooks",
                            #"{"url":"http://\#(host)/"}"#,
                            key: "p-\(index)"
                        )
                        #expect(answer.status == 422, "\(host)")
                    }
                    let port = receiver.url.split(separator: ":").last ?? ""
                    let name = "localhost.localdomain"
                    let made = try await client.post(
                        "/v1/webhooks",
                        #"{"url":"http://\#(name):\#(port)"}"#,
                        key: "name"
                    )
                    let path = "/v1/webhooks/\(try made.decode(Hook.self).id)"
                    let tested = try await client.post("\(path)/test", "", key: "test").decode(Attempt.self)
                    #expect(["privateAddress", "unknownHost"].contains(tested.failure))
                    #expect(receiver.messages.isEmpty)
                }
            }
        }
    }
}

/// The members of an endpoint that the tests read.
private struct Hook: Decodable {
    struct Secret: Decodable {
        let createdAt: String
    }

    let id: String
    let state: String
    let reason: String?
    let events: [String]
    let secret: String?
    let secrets: [Secret]
    let version: Int
}

/// The members of a list of endpoints that the tests read.
private struct Hooks: Decodable {
    let items: [Hook]
}

/// The members of an attempt that the tests read.
private struct Attempt: Decodable {
    let number: Int
    let origin: String
    let acknowledged: Bool
    let status: Int?
    let failure: String?
}

/// The members of a list of attempts that the tests read.
private struct Attempts: Decodable {
    let items: [Attempt]
    let next: String?
}
