import CSQLite
import Client
import Foundation
import Testing

extension RealProcesses {
    /// Damage to the ledger's file is found, and the shop is read-only until an operator ends that.
    @Suite struct DamageTests {
        /// Inverts the first byte of a table's or an index's first page, which says what kind of page it is; a second time, it is as it was.
        private static func damage(_ shop: TestShop, table: String) throws {
            var (handle, statement): (OpaquePointer?, OpaquePointer?)
            try #require(sqlite3_open_v2(shop.database, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
            sqlite3_busy_timeout(handle, 5000)
            // Pages in the log would hide what is in the file.
            try #require(sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil) == SQLITE_OK)
            let sql = "SELECT rootpage FROM sqlite_schema WHERE name = '\(table)'"
            try #require(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK)
            try #require(sqlite3_step(statement) == SQLITE_ROW)
            let page = sqlite3_column_int64(statement, 0)
            sqlite3_finalize(statement)
            sqlite3_close_v2(handle)
            try invert(shop.database, at: UInt64(page - 1) * 4096)
        }

        private static func invert(_ path: String, at offset: UInt64) throws {
            let file = try FileHandle(forUpdating: URL(filePath: path))
            defer { try? file.close() }
            try file.seek(toOffset: offset)
            let byte = try #require(try file.read(upToCount: 1)?.first)
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data([byte ^ 0xFF]))
        }

        private static func metric(_ name: String, _ server: ServerProcess) async throws -> String? {
            let text = String(decoding: try await server.ask("GET", "/metrics").body, as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            return line.map { String($0.dropFirst(name.count + 1)) }
        }

        /// One request of each tier that writes; none may be accepted.
        private static func expectReadOnly(_ shop: TestShop, _ server: ServerProcess, _ key: String) async throws {
            try await shop.withClient(of: server) { client in
                let stock = #"{"delta":1,"reason":"found","kind":"received"}"#
                for (path, body) in [
                    ("/v1/orders", ShopClient.order("A")), ("/v1/carts", #"{"currency":"GBP"}"#),
                    ("/v1/stock/A/adjustments", stock), ("/v1/customers", #"{"email":"a@example.org"}"#),
                ] {
                    let answer = try await client.post(path, body, key: "\(key)\(path)")
                    #expect(
                        answer.status == 503 && answer.problem?.code == "ledger_damaged",
                        "\(path): \(answer.status)"
                    )
                    #expect(answer.retryAfter != nil)
                }
                for path in ["/v1/products/A", "/v1/stock/A", "/v1/orders", "/v1/events", "/livez"] {
                    #expect(try await client.get(path).status == 200, "\(path)")
                }
                try await eventually("the next canary says so", within: .seconds(5)) {
                    let ready = try await client.get("/readyz")
                    #expect(ready.status == 200, "a balancer still sends those who look around")
                    return String(decoding: ready.body, as: UTF8.self).contains("the ledger is damaged")
                }
            }
        }

        @Test(
            "damage that the check finds makes all servers of the shop read-only, also after a restart, until it is cleared",
            .timeLimit(.minutes(2))
        )
        func found() async throws {
            try await withShop { shop in
                let settings = ["ledger.check-interval=1"]
                var servers = [try await shop.serve(settings), try await shop.serve(settings)]
                var placed: [UInt8] = []
                try await shop.withClient(of: servers[0]) { client in
                    try await client.stock("A", 100)
                    let order = try await client.post("/v1/orders", ShopClient.order("A"), key: "before")
                    #expect(order.status == 201)
                    placed = order.body
                }
                try await eventually("it is checked", within: .seconds(10)) {
                    try await Self.metric("tradewind_ledger_checked_age_seconds", servers[1]) != "+Inf"
                }
                #expect(try await Self.metric("tradewind_ledger_damaged", servers[0]) == "0")
                let sound = try await shop.run(["status", "--data", shop.data, "--json"])
                let before = try JSONDecoder().decode(StatusText.self, from: Data(sound.output.utf8)).ledger
                #expect(!before.isDamaged && before.damage == nil && before.checkedAt != nil)
                try Self.damage(shop, table: "gift_cards")
                let start = ContinuousClock.now
                for server in servers {
                    try await eventually("it is found", within: .seconds(10)) {
                        try await Self.metric("tradewind_ledger_damaged", server) == "1"
                    }
                }
                #expect(
                    ContinuousClock.now - start < .seconds(5),
                    "an interval of a second, and the time of a small check"
                )
                for (number, server) in servers.enumerated() {
                    try await Self.expectReadOnly(shop, server, "first-\(number)")
                    try await eventually("it is told", within: .seconds(3)) {
                        server.child.errors.contains("the ledger is damaged")
                    }
                }
                let after = try await shop.run(["status", "--data", shop.data, "--json"])
                let told = try JSONDecoder().decode(StatusText.self, from: Data(after.output.utf8)).ledger
                #expect(after.exitStatus == 1 && told.isDamaged && told.damage?.foundBy == "check", "\(after.output)")
                #expect(told.damage?.at != nil && told.damage?.words.isEmpty == false && told.checkedAt != nil)
                let words = try await shop.run(["status", "--data", shop.data])
                #expect(
                    words.output.contains("THE LEDGER IS DAMAGED") && words.output.contains("the check of the file")
                )
                for server in servers {
                    try await shop.withClient(of: server) { client in
                        let list = try await client.get("/v1/components")
                        #expect(try list.decode(StatusText.self).ledger == told)
                    }
                }
                // What was done before is told as ever.
                try await shop.withClient(of: servers[1]) { client in
                    let again = try await client.post("/v1/orders", ShopClient.order("A"), key: "before")
                    #expect(again.status == 201 && again.body == placed)
                }
                for server in servers { #expect(try await server.stop() == 0) }
                let refused = try await shop.run(["check", "--data", shop.data, "--clear"])
                #expect(refused.exitStatus == 1, "what is damaged is not cleared: \(refused.output)")
                #expect(refused.output.contains("The ledger is damaged"))
                try Self.damage(shop, table: "gift_cards")
                servers = [try await shop.serve(settings)]
                try await Self.expectReadOnly(shop, servers[0], "second")
                let status = try await shop.run(["check", "--data", shop.data])
                #expect(status.exitStatus == 1 && status.output.contains("marked as damaged"), "\(status.output)")
                let cleared = try await shop.run(["check", "--data", shop.data, "--clear"])
                #expect(cleared.exitStatus == 0, "\(cleared.output)")
                try await shop.withClient(of: servers[0]) { client in
                    let again = try await client.post("/v1/orders", ShopClient.order("A"), key: "first-0/v1/orders")
                    #expect(again.status == 201, "it was not done, so it is done now")
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        @Test("a finding that a check cannot refute is cleared only by who says so", .timeLimit(.minutes(1)))
        func accepted() async throws {
            try await withShop { shop in
                let mark = shop.database + "-damage.json"
                try #"{"at":"2026-01-01T00:00:00.000Z","foundBy":"backup","words":"orders differ"}"#
                    .write(toFile: mark, atomically: true, encoding: .utf8)
                let kept = try await shop.run(["check", "--data", shop.data, "--clear"])
                #expect(kept.exitStatus == 1 && kept.output.contains("orders differ"), "\(kept.output)")
                #expect(access(mark, F_OK) == 0)
                let key = try await shop.run(["keys", "create", "--data", shop.data, "--scope", "admin"])
                #expect(
                    key.exitStatus != 0 && key.errors.contains("damaged"),
                    "a command writes neither: \(key.errors)"
                )
                let cleared = try await shop.run(["check", "--data", shop.data, "--clear", "--accept-finding"])
                #expect(cleared.exitStatus == 0, "\(cleared.output)")
                #expect(access(mark, F_OK) != 0)
            }
        }

        @Test("damage that a request meets is found at once", .timeLimit(.minutes(1)))
        func met() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    try await client.stock("A", 100)
                    #expect(try await client.post("/v1/orders", ShopClient.order("A"), key: "before").status == 201)
                    try await eventually("the first check is over", within: .seconds(10)) {
                        try await Self.metric("tradewind_ledger_checked_age_seconds", server) != "+Inf"
                    }
                    try Self.damage(shop, table: "sqlite_autoindex_returns_1")
                    let list = try await client.get("/v1/returns")
                    #expect(list.status != 200)
                    try await eventually("it is found", within: .seconds(2)) {
                        _ = try await client.get("/v1/returns")
                        return try await Self.metric("tradewind_ledger_damaged", server) == "1"
                    }
                }
                try await Self.expectReadOnly(shop, server, "met")
            }
        }
    }
}

/// What `tradewind status --json` and `GET /v1/components` tell of the ledger.
private struct StatusText: Decodable {
    struct Ledger: Decodable, Equatable {
        struct Damage: Decodable, Equatable {
            let at: String?
            let foundBy: String
            let words: String
        }

        let isDamaged: Bool
        let damage: Damage?
        let checkedAt: String?
    }

    let ledger: Ledger
}
