import Client
import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// The work that a supervisor has its replicas suspend during trouble.
    @Suite struct RestraintTests {
        private func withUp(_ shop: TestShop, _ body: (UpProcess) async throws -> Void) async throws {
            let up = try await shop.up(["--replicas", "2", "--set", "sqlite.wal=1"])
            _ = try await up.steady(shop, 2)
            do {
                try await body(up)
            } catch {
                try await end(up)
                throw error
            }
            try await end(up)
        }

        private func end(_ up: UpProcess) async throws {
            up.child.signal(SIGTERM)
            try await up.child.end(within: .seconds(40))
        }

        @Test(
            "a disk that is nearly full is read only, but for payments, and the reserve is freed; room ends it",
            .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"),
            .timeLimit(.minutes(2))
        )
        func nearlyFull() async throws {
            try await withSmallDisk { shop, disk in
                try await withUp(shop) { up in
                    let reserve = shop.data + "/reserve"
                    try await eventually("there is a reserve", within: .seconds(5)) { access(reserve, F_OK) == 0 }
                    try await shop.withClient(at: up.url) { client in
                        try await client.stock("A", 1000)
                        func order(_ key: String) async throws -> ClientResponse {
                            try await client.post("/v1/orders", ShopClient.order("A"), key: key)
                        }
                        #expect(try await order("before").status == 201)
                        try disk.fill(to: 0.96)
                        try await eventually("writes are refused", within: .seconds(10)) {
                            let answer = try await order(UUID().uuidString)
                            guard answer.status == 507 else { return false }
                            return answer.problem?.code == "storage_full" && answer.retryAfter != nil
                        }
                        #expect(disk.used < 1, "it was not full: the restraint refused, not the disk")
                        for path in ["/v1/products/A", "/v1/stock/A", "/v1/orders", "/readyz"] {
                            #expect(try await client.get(path).status == 200, "\(path)")
                        }
                        let payment = try await client.post("/v1/orders/ord_none/payments", "{}", key: "payment")
                        #expect(payment.status != 507, "what finishes a payment is not refused")
                        try disk.fill(to: 0.98)
                        try await eventually("the reserve is freed", within: .seconds(10)) {
                            access(reserve, F_OK) != 0
                        }
                        try disk.free()
                        try await eventually("writing goes on", within: .seconds(10)) {
                            try await order(UUID().uuidString).status == 201
                        }
                        try await eventually("the reserve is kept again", within: .seconds(5)) {
                            access(reserve, F_OK) == 0
                        }
                    }
                    let recoveries = try await up.status(shop).recoveries.filter { $0.replica == "machine" }
                    let readOnly = try #require(recoveries.first { $0.action.hasPrefix("writes are refused") })
                    #expect(readOnly.cause.hasPrefix("disk 9"))
                    #expect(readOnly.result?.hasPrefix("over after ") == true)
                    let freed = try #require(recoveries.first { $0.action == "the disk reserve is freed" })
                    #expect(freed.result?.hasSuffix("KiB are free") == true)
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// Sends a line to a replica's own socket and returns the answer.
        private func tell(_ shop: TestShop, _ pid: Int32, _ line: String) async throws -> String {
            // A socket's path has room for 107 bytes, so the path is relative to its directory.
            let script = """
                import os, socket, sys
                os.chdir(sys.argv[1])
                door = socket.socket(socket.AF_UNIX)
                door.connect(sys.argv[2])
                door.sendall((sys.argv[3] + "\\n").encode())
                print(repr(door.recv(64).decode()))
                """
            let arguments = ["python3", "-c", script, shop.data + "/run", "replica-\(pid).sock", line]
            let child = try ChildProcess(arguments, writingTo: shop.nextName())
            try await child.end(within: .seconds(10))
            return child.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        @Test(
            "a replica leaves undone what it is told to, and lets go of it when nobody says it again",
            .timeLimit(.minutes(1))
        )
        func told() async throws {
            try await withShop { shop in
                let up = try await shop.up(["--replicas", "1"])
                let replica = try #require(try await up.steady(shop, 1).replicas.first)
                try await shop.withClient(at: up.url) { client in
                    try await client.stock("A", 100)
                    #expect(try await client.get("/v1/events").status == 200)
                    let heard = try await tell(shop, replica.pid, #"restrain {"refusesFrom":4,"isReadOnly":true}"#)
                    #expect(heard == #"'\n'"#)
                    let refused = try await client.get("/v1/events")
                    #expect(refused.status == 503 && refused.problem?.code == "overloaded")
                    #expect(try await client.get("/v1/products/A").status == 200)
                    let order = try await client.post("/v1/orders", ShopClient.order("A"), key: "order")
                    #expect(order.status == 507 && order.problem?.code == "storage_full")
                    _ = try await tell(shop, replica.pid, #"restrain {"takesNoConnections":true}"#)
                    let start = ContinuousClock.now
                    #expect(try await client.get("/v1/events").status == 200, "what is open goes on")
                    let port = up.port
                    let waited = try await offThread { (try? Wire.ask(port, "GET", "/livez", timeout: 1)) == nil }
                    #expect(waited, "a new connection was taken")
                    let answer = try await offThread { try Wire.ask(port, "GET", "/livez", timeout: 15) }
                    #expect(answer.status == 200)
                    #expect((.seconds(9)...(.seconds(12))).contains(ContinuousClock.now - start))
                }
                try await end(up)
            }
        }

        @Test(
            "behind HAProxy a suspect is not ready, and answers what it is sent all the same",
            .enabled(if: access("/usr/sbin/haproxy", X_OK) == 0, "there is no haproxy"),
            .timeLimit(.minutes(1))
        )
        func setAside() async throws {
            try await withShop { shop in
                let up = try await shop.up(["--replicas", "2", "--front-door", "haproxy"])
                let replica = try #require(try await up.steady(shop, 2).replicas.first)
                let text = try String(contentsOfFile: shop.data + "/run/haproxy.ports", encoding: .utf8)
                let ports = text.split(separator: " ").dropFirst().compactMap { Int($0) }
                func statuses(_ path: String) async throws -> [Int] {
                    try await offThread { ports.compactMap { (try? Wire.ask($0, "GET", path))?.status }.sorted() }
                }
                #expect(try await statuses("/readyz") == [200, 200])
                _ = try await tell(shop, replica.pid, #"restrain {"takesNoConnections":true}"#)
                #expect(try await statuses("/readyz") == [200, 503])
                #expect(try await statuses("/livez") == [200, 200])
                try await eventually("it is trusted again when nobody says it again", within: .seconds(15)) {
                    try await statuses("/readyz") == [200, 200]
                }
                try await end(up)
            }
        }

        @Test("the table of repairs is listed, and each has a bound", .timeLimit(.minutes(1)))
        func listed() async throws {
            struct Policy: Decodable {
                let name: String
                let condition: String
                let action: String
                let mostFirings: Int
                let withinSeconds: Int
            }
            try await withShop(hasKey: false) { shop in
                let listed = try await shop.run(["config", "--policies", "--json"])
                let policies = try JSONDecoder().decode([Policy].self, from: Data(listed.output.utf8))
                let actions = [
                    "restart", "recycle", "drain", "shed", "pauseComponent", "readOnly", "freeDiskReserve", "scale",
                    "warn",
                ]
                #expect(Set(policies.map(\.action)) == Set(actions))
                #expect(policies.allSatisfy { $0.mostFirings > 0 && $0.withinSeconds > 0 && !$0.condition.isEmpty })
                let text = try await shop.run(["config"]).output
                for policy in policies { #expect(text.contains("\n\(policy.name): ")) }
                #expect(text.contains("\ntls.certificate "))
            }
        }
    }
}
