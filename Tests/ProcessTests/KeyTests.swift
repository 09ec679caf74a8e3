import Foundation
import Testing

extension RealProcesses {
    /// A key is valid from its creation until it is revoked or expires.
    @Suite struct KeyTests {
        @Test("a key that was just made is good at once in every server, however seldom they follow the ledger")
        func fresh() async throws {
            try await withShop { shop in
                let servers = [
                    try await shop.serve(["workers.follow-interval=10000"]),
                    try await shop.serve(["workers.follow-interval=10000"]),
                ]
                for _ in 0..<3 {
                    let made = try await shop.run(["keys", "create", "--data", shop.data, "--scope", "orders:read"])
                    let key = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
                    for server in servers {
                        let answer = try await server.ask(
                            "GET",
                            "/v1/orders",
                            headers: "Authorization: Bearer \(key)\r\n"
                        )
                        #expect(answer.status == 200)
                    }
                }
            }
        }

        @Test(
            "the open event stream of a key ends once the key is revoked, and another's goes on",
            .timeLimit(.minutes(1))
        )
        func revoked() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let made = try await shop.run(["keys", "create", "--data", shop.data, "--scope", "events:read"])
                let key = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
                let (port, admin) = (server.port, shop.key)
                async let hasEnded = offThread { try Self.follow(port, key, seconds: 10) }
                async let otherHasEnded = offThread { try Self.follow(port, admin, seconds: 5) }
                // Enough time for both streams to start.
                try await Task.sleep(for: .milliseconds(500))
                #expect(try await shop.run(["keys", "revoke", "--data", shop.data, key]).exitStatus == 0)
                #expect(try await hasEnded)
                #expect(try await !otherHasEnded)
            }
        }

        /// Opens an event stream; returns whether it ended within `seconds` of silence.
        private static func follow(_ port: Int, _ key: String, seconds: Int) throws -> Bool {
            let wire = try Wire(port, timeout: seconds)
            let headers = "Authorization: Bearer \(key)\r\nAccept: text/event-stream\r\nConnection: close\r\n"
            wire.send("GET /v1/events HTTP/1.1\r\nHost: shop\r\n\(headers)\r\n")
            return wire.waitForClose(seconds)
        }
    }
}
