import Foundation
import Testing

extension RealProcesses {
    /// Two servers on one data directory act as one shop.
    @Suite struct TwoProcessesTests {
        @Test("two servers under load sell what there is, once, in one gap-free feed", .timeLimit(.minutes(2)))
        func oneStock() async throws {
            try await withShop { shop in
                let servers = [try await shop.serve(), try await shop.serve()]
                try await shop.withClient(of: servers[0]) { client in
                    try await client.stock("SCARCE", 300)
                    try await client.stock("PLENTY", 1_000_000)
                }
                let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
                    for (index, server) in servers.enumerated() {
                        group.addTask { try await Self.buy(shop, server, name: "server-\(index)") }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                let others = statuses.filter { $0 != 201 && $0 != 409 }
                #expect(others.isEmpty, "neither sold nor sold out: \(Set(others)), \(others.count) times")
                for server in servers {
                    try await shop.withClient(of: server) { client in
                        try await eventually("the stock is told") { try await client.level("SCARCE").available == 0 }
                        #expect(
                            try await client.level("SCARCE") == StockAnswer(onHand: 300, reserved: 300, available: 0)
                        )
                        try await eventually("the other stock is told") {
                            try await client.level("PLENTY").reserved == 400
                        }
                        #expect(try await client.orders().count == 700)
                        let events = try await client.events()
                        #expect(events.map(\.seq) == Array(1...events.count))
                        #expect(events.filter { $0.type == "order.placed" }.count == 700)
                    }
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// 300 orders of a scarce product, together twice the stock, and 200 of an unlimited one.
        private static func buy(_ shop: TestShop, _ server: ServerProcess, name: String) async throws -> [Int] {
            try await shop.withClient(of: server, patience: .some) { client in
                try await withThrowingTaskGroup(of: [Int].self) { group in
                    for buyer in 0..<10 {
                        group.addTask {
                            var statuses: [Int] = []
                            for number in 0..<50 {
                                let sku = number % 5 < 3 ? "SCARCE" : "PLENTY"
                                let key = "\(name)-\(buyer)-\(number)"
                                statuses.append(
                                    try await client.post("/v1/orders", ShopClient.order(sku), key: key).status
                                )
                            }
                            return statuses
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
            }
        }

        @Test(
            "what is written through one of three servers is read there at once, whoever else writes",
            .timeLimit(.minutes(10))
        )
        func ownWrites() async throws {
            try await withShop { shop in
                var servers: [ServerProcess] = []
                for _ in 0..<3 { servers.append(try await shop.serve()) }
                try await shop.withClient(of: servers[0]) { client in
                    try await client.stock("MINE", 1_000_000)
                    try await client.stock("THEIRS", 1_000_000)
                }
                let others = servers
                let load = Task {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for server in others {
                            for buyer in 0..<4 {
                                group.addTask { try await Self.buyOn(shop, server, name: "\(server.url)-\(buyer)") }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
                let rounds = Drill.isLong ? 10_000 : 100
                let old = try await shop.withClient(of: servers[0], connections: 1) { client in
                    try await eventually("the stock is told") { try await client.level("MINE").onHand == 1_000_000 }
                    var old = 0
                    for round in 1...rounds {
                        let delta = #"{"delta":-1,"reason":"damaged"}"#
                        let answer = try await client.post("/v1/stock/MINE/adjustments", delta, key: "own-\(round)")
                        try #require(answer.status == 201)
                        if try await client.level("MINE").onHand != 1_000_000 - round { old += 1 }
                    }
                    return old
                }
                load.cancel()
                try await load.value
                #expect(old == 0, "\(old) of \(rounds) reads were old")
            }
        }

        /// Buys the scarce product as well, until it is cancelled.
        private static func buyOn(_ shop: TestShop, _ server: ServerProcess, name: String) async throws {
            try await shop.withClient(of: server, patience: .some) { client in
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    let key = "\(name)-\(number)"
                    _ = try? await client.post("/v1/orders", ShopClient.order("THEIRS"), key: key)
                }
            }
        }

        @Test("a key used at one server is known at the other", .timeLimit(.minutes(1)))
        func oneIdempotency() async throws {
            try await withShop { shop in
                let (one, other) = (try await shop.serve(), try await shop.serve())
                try await shop.withClient(of: one) { client in try await client.stock("A", 10) }
                let first = try await shop.withClient(of: one) {
                    try await $0.post("/v1/orders", ShopClient.order("A"), key: "k")
                }
                let again = try await shop.withClient(of: other) {
                    try await $0.post("/v1/orders", ShopClient.order("A"), key: "k")
                }
                #expect(first.status == 201)
                #expect(again.status == 201)
                #expect(first.body == again.body)
            }
        }

        @Test("a product put at one server is seen at the other within a second", .timeLimit(.minutes(1)))
        func products() async throws {
            try await withShop { shop in
                let (one, other) = (try await shop.serve(), try await shop.serve())
                try await shop.withClient(of: one) { client in try await client.stock("NEW", 7) }
                try await shop.withClient(of: other) { client in
                    try await eventually("the product is seen") {
                        try await client.get("/v1/products/NEW").status == 200
                    }
                    try await eventually("its stock is seen") { try await client.level("NEW").available == 7 }
                }
            }
        }

        @Test(
            "a key made beside running servers works, and stops when it is revoked, within a second",
            .timeLimit(.minutes(1))
        )
        func keys() async throws {
            try await withShop { shop in
                let servers = [try await shop.serve(), try await shop.serve()]
                let made = try await shop.run(["keys", "create", "--data", shop.data, "--scope", "orders:read"])
                let key = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
                for server in servers {
                    let headers = "Authorization: Bearer \(key)\r\n"
                    try await eventually("the key works") {
                        try await server.ask("GET", "/v1/orders", headers: headers).status == 200
                    }
                }
                #expect(try await shop.run(["keys", "revoke", "--data", shop.data, key]).exitStatus == 0)
                for server in servers {
                    let headers = "Authorization: Bearer \(key)\r\n"
                    try await eventually("the key no longer works") {
                        try await server.ask("GET", "/v1/orders", headers: headers).status == 401
                    }
                }
            }
        }
    }
}

/// Waits until a condition holds, at most `limit`.
func eventually(_ what: String, within limit: Duration = .seconds(1), _ holds: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !holds() {
        try #require(ContinuousClock.now - start < limit, "not within \(limit): \(what)")
        try await Task.sleep(for: .milliseconds(20))
    }
}
