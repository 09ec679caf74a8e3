import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing
import Trading

@testable import Components

@Suite("The feed of a restored shop")
struct RestoredFeedTests {
    @Test("whoever saw the lost future is told so, and up to which event both agree; whoever did not goes on")
    func followers() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            @Sendable func ask(_ query: String, _ headers: [(HTTPField.Name, String)] = []) async throws -> Told {
                try await client.send(.get, "/v1/events\(query)", nil, [ListShop.authorization] + headers)
            }
            for number in 1...5 { try await client.done(.put, "/v1/groups/G\(number)", #"{"name":"n"}"#) }
            let before = try await ask("")
            #expect(before["epoch"] == "0" && before["items", "0", "epoch"] == nil)
            let restore = try await shop.shop.committer.submit(MarkRestored(ID(high: 1, low: 1), to: .now)).outcome
            let (epoch, common) = (restore.epoch, restore.lastEvent)
            for number in 6...9 { try await client.done(.put, "/v1/groups/G\(number)", #"{"name":"n"}"#) }

            // A cursor that both histories have may go on, with the old epoch or none; what follows tells of the restore.
            for old in ["?after=\(common)", "?after=\(common)&epoch=0", "?after=\(common - 2)"] {
                let told = try await ask(old)
                #expect(told.status == 200 && told["epoch"] == "\(epoch)", "\(old): \(told.text)")
                #expect(told.text.contains("shop.restored"))
            }
            // A number of the lost future, also one that the restored shop has used again since.
            for after in [common + 1, common + 3, common + 1000] {
                for old in ["?after=\(after)", "?after=\(after)&epoch=0", "?after=\(after)&epoch=17"] {
                    let told = try await ask(old)
                    #expect(told.status == 410 && told["code"] == "feed_restarted", "\(old): \(told.text)")
                    let agreed = old.hasSuffix("17") ? 0 : common
                    #expect(told["epoch"] == "\(epoch)" && told["common"] == "\(agreed)")
                }
            }
            let stream = [(HTTPField.Name.accept, "text/event-stream")]
            #expect(try await ask("", [(.lastEventID, "\(common + 2)")] + stream)["code"] == "feed_restarted")
            #expect(try await ask("", [(.lastEventID, "x-2")])["code"] == "invalid_parameter")
            #expect(try await ask("", [(.lastEventID, "\(epoch)-\(common + 2)")]).status == 200)
            let now = try await ask("?after=\(common + 2)&epoch=\(epoch)")
            #expect(now.status == 200 && now["items", "0", "epoch"] == "\(epoch)")
            #expect(try await ask("?after=\(common + 1000)&epoch=\(epoch)")["code"] == "feed_restarted")
        }
    }

    @Test("restores are listed, and none is told to those who may not operate the shop")
    func list() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            #expect(try await client.done(.get, "/v1/restores")["items", "0", "id"] == nil)
            let restore = try await shop.shop.committer.submit(MarkRestored(ID(high: 1, low: 1), to: .now)).outcome
            let told = try await client.done(.get, "/v1/restores")
            #expect(told["items", "0", "id"] == "\(restore.id)")
            #expect(told["items", "0", "epoch"] == "\(restore.epoch)")
            #expect(try await client.send(.get, "/v1/restores", nil, [ListShop.editor]).status == 403)
        }
    }
}
