import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// `tradewind archive` beside running servers.
    @Suite struct ArchiveCommandTests {
        private static let archive = ["--older-than", "0s", "--even-if-remembered"]

        @Test(
            "beside two servers closed orders are archived, runs that are killed included; each is answered by both, and nothing is missing",
            .timeLimit(.minutes(3))
        )
        func besideServers() async throws {
            try await withShop { shop in
                let servers = [try await shop.serve(), try await shop.serve()]
                let closed = try await Self.closedOrders(shop, servers[0], 150)
                for milliseconds in [150, 400, 700] {
                    let child = try ChildProcess(
                        [ServerProcess.program, "archive", "--data", shop.data] + Self.archive,
                        writingTo: shop.nextName()
                    )
                    shop.children.withLock { $0.append(child) }
                    try await Task.sleep(for: .milliseconds(milliseconds))
                    child.signal(SIGKILL)
                    _ = try await child.end(within: .seconds(5))
                    #expect(try await shop.audit().violations.isEmpty)
                }
                // The place of a killed run lapses.
                let begun = ContinuousClock.now
                var done = try await shop.run(["archive", "--data", shop.data] + Self.archive, within: .seconds(60))
                while done.errors.contains("another run"), begun.duration(to: .now) < .seconds(150) {
                    try await Task.sleep(for: .seconds(2))
                    done = try await shop.run(["archive", "--data", shop.data] + Self.archive, within: .seconds(60))
                }
                #expect(
                    done.exitStatus == 0 && done.output.contains("read back from the files: the same digest"),
                    "\(done.errors)"
                )
                let listed = try await shop.withClient(of: servers[0]) { client in try await client.orders() }
                #expect(listed.isEmpty)
                for (index, id) in closed.enumerated() {
                    let path = "/v1/orders/\(id)"
                    let answer = try await servers[index % 2].ask(
                        "GET",
                        path,
                        headers: "Authorization: Bearer \(shop.key)\r\n"
                    )
                    #expect(answer.status == 200 && answer.headers["order-archived"] == "true")
                }
                let report = try await shop.audit()
                #expect(report.violations.isEmpty && report.checked["orders"] == closed.count)
            }
        }

        @Test(
            "free space is given back once no server runs, and a damaged file is 503 and a violation",
            .timeLimit(.minutes(2))
        )
        func shrinksAndNotices() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let closed = try await Self.closedOrders(shop, server, 200)
                let young = try await shop.run(["archive", "--data", shop.data, "--older-than", "1h"])
                #expect(young.exitStatus == 64)
                let done = try await shop.run(["archive", "--data", shop.data] + Self.archive, within: .seconds(60))
                #expect(
                    done.exitStatus == 0 && done.output.contains("\(closed.count) orders archived"),
                    "\(done.errors)"
                )
                let refused = try await shop.run(["archive", "--data", shop.data, "--shrink"], within: .seconds(60))
                #expect(refused.exitStatus == 1 && refused.errors.contains("stop its servers"))
                #expect(try await server.stop() == 0)
                let before = try Self.size(shop.database)
                let shrunk = try await shop.run(["archive", "--data", shop.data, "--shrink"], within: .seconds(60))
                #expect(shrunk.exitStatus == 0, "\(shrunk.errors)")
                #expect(try Self.size(shop.database) < before)
                let again = try await shop.serve()
                let path = "/v1/orders/\(closed[0])"
                let headers = "Authorization: Bearer \(shop.key)\r\n"
                #expect(try await again.ask("GET", path, headers: headers).status == 200)
                #expect(try await shop.run(["archive", "--data", shop.data, "--verify"]).exitStatus == 0)
                #expect(try await shop.run(["check", "--data", shop.data, "--full"]).exitStatus == 0)
                #expect(try await again.stop() == 0)

                let directory = shop.data + "/archive"
                let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)
                var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
                bytes[20] ^= 1
                try bytes.write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
                #expect(try await shop.run(["archive", "--data", shop.data, "--verify"]).exitStatus == 1)
                #expect(try await shop.run(["audit", "--data", shop.data]).exitStatus == 1)
                let changed = try await shop.run(["check", "--data", shop.data, "--full"])
                #expect(changed.exitStatus == 1 && changed.output.contains(name), "\(changed.output)")
                try FileManager.default.moveItem(atPath: "\(directory)/\(name)", toPath: "\(shop.data)/away")
                let missing = try await shop.run(["check", "--data", shop.data])
                #expect(missing.exitStatus == 1 && missing.output.contains(name), "\(missing.output)")
                #expect(!FileManager.default.fileExists(atPath: shop.database + "-damage.json"))
                try FileManager.default.moveItem(atPath: "\(shop.data)/away", toPath: "\(directory)/\(name)")
                let damaged = try await shop.serve()
                let answer = try await damaged.ask("GET", path, headers: headers)
                #expect(answer.status == 503 && answer.problem?.code == "archived_unreadable")
            }
        }

        @Test(
            "a server with archive.after archives by itself; a time in which requests may be repeated is refused",
            .timeLimit(.minutes(1))
        )
        func byItself() async throws {
            try await withShop { shop in
                let young = ["serve", "--data", shop.data, "--port", "0", "--set", "archive.after=1"]
                let refused = try await shop.run(young)
                #expect(refused.exitStatus != 0 && refused.errors.contains("archive.after is at least"))
                let server = try await shop.serve(["archive.after=8"])
                try await eventually("it has looked for closed orders", within: .seconds(10)) {
                    let text = String(decoding: try await server.ask("GET", "/metrics").body, as: UTF8.self)
                    return text.contains("tradewind_archive_run_age_seconds 0.")
                        && text.contains("tradewind_archive_run_orders 0")
                }
            }
        }

        /// Places orders and cancels them.
        private static func closedOrders(
            _ shop: TestShop,
            _ server: ServerProcess,
            _ count: Int
        ) async throws -> [String] {
            try await shop.withClient(of: server) { client in
                try await client.stock("MUG", 10_000)
                var closed: [String] = []
                for number in 0..<count {
                    let placed = try await client.post("/v1/orders", ShopClient.order("MUG"), key: "order-\(number)")
                    let id = try placed.decode(PlacedOrder.self).id
                    try await #require(client.post("/v1/orders/\(id)/cancel", "{}").status == 200)
                    closed.append(id)
                }
                return closed
            }
        }

        private struct PlacedOrder: Decodable {
            let id: String
        }

        private static func size(_ path: String) throws -> Int64 {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size]
            return try #require((size as? NSNumber)?.int64Value)
        }
    }
}
