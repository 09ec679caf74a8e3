import HTTPTypes
import Ledger
import Testing
import Trading

@testable import Components

@Suite("What is past keeping", .timeLimit(.minutes(1)))
struct PrunerTests {
    @Test("a webhook that is enabled after events that it had not got went says so, and so does the log")
    func missedEvents() async throws {
        let lines = LogLines()
        let shop = try await ListShop(logger: lines.logger)
        try await shop.run { client in
            let groups = #"{"url":"http://127.0.0.1:9/x","events":["group.*"]}"#
            let hook = try await client.done(.post, "/v1/webhooks", groups)
            let path = "/v1/webhooks/\(try #require(hook["id"]))"
            try await client.done(.post, "\(path)/disable")
            for number in 1...20 { try await client.done(.put, "/v1/groups/G\(number)", #"{"name":"n"}"#) }
            let pruner = Pruner(shop: shop.shop, interval: .seconds(60), logger: lines.logger)
            var cursor = Pruner.Cursor()
            let keep = shop.shop.settings.eventSeconds
            _ = try await pruner.step(&cursor, now: .now.adding(seconds: keep - 60))
            #expect(try await client.done(.get, path)["missed"] == nil)
            #expect(lines.of(.warning).isEmpty)
            _ = try await pruner.step(&cursor, now: .now.adding(seconds: keep + 60))
            #expect(try await client.done(.get, path)["missed", "count"] == "20")
            #expect(lines.of(.warning).count { $0.contains("no longer kept") } == 1)
            let enabled = try await client.done(.post, "\(path)/enable")
            #expect(enabled["state"] == "enabled" && enabled["missed", "count"] == "20")
            #expect(lines.of(.warning).count { $0.contains("a webhook is enabled that was not told of all") } == 1)
        }
    }
}
