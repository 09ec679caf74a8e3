import Foundation
import Glibc
import Operations
import Testing

extension RealProcesses {
    /// Replicas on one socket, and the supervisor that looks after them.
    @Suite struct UpTests {
        /// A shop with a supervisor, two replicas that are ready, and something to buy.
        private func withUp(
            _ options: [String] = ["--replicas", "2"],
            _ body: (TestShop, UpProcess, UpStatus) async throws -> Void
        ) async throws {
            try await withShop { shop in
                do {
                    let up = try await shop.up(options)
                    let status = try await up.steady(shop, 2)
                    try await shop.withClient(at: up.url) { try await $0.stock("A", 1_000_000) }
                    try await body(shop, up, status)
                } catch {
                    try await Self.endAll(of: shop)
                    throw error
                }
                try await Self.endAll(of: shop)
            }
        }

        /// Replicas outlive a supervisor that is killed; none may outlive the test.
        private static func endAll(of shop: TestShop) async throws {
            let supervisors = shop.children.withLock { $0 }.filter { $0.exitStatus == nil }
            for supervisor in supervisors { supervisor.signal(SIGTERM) }
            for supervisor in supervisors { try await supervisor.end(within: .seconds(20)) }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: shop.data + "/run")) ?? []
            for name in names where name.hasPrefix("replica-") {
                if let pid = pid_t(name.dropFirst(8).prefix(while: \.isNumber)) { kill(pid, SIGKILL) }
            }
        }

        private func audit(_ shop: TestShop, _ visits: Visits) async throws {
            #expect(visits.failures.isEmpty, "\(visits.failures.prefix(3))")
            #expect(visits.refused == 0)
            #expect(visits.placed > 0)
            let report = try await shop.audit()
            #expect(report.isClean, "\(report.text)")
        }

        @Test(
            "a replica that dies is replaced within a second, and no order is lost or doubled",
            .timeLimit(.minutes(2)),
            arguments: [SIGKILL, SIGABRT]
        )
        func killed(_ signal: CInt) async throws {
            try await withUp { shop, up, before in
                let victim = try #require(before.replicas.first)
                let visits = try await shop.visiting(up) {
                    try await Task.sleep(for: .milliseconds(300))
                    kill(victim.pid, signal)
                    try await eventually("another one takes its place", within: .seconds(10)) {
                        let status = try await up.status(shop)
                        return status.recoveries.last?.result != nil
                    }
                }
                let after = try await up.steady(shop, 2)
                #expect(!after.replicas.contains { $0.pid == victim.pid })
                let recovery = try #require(after.recoveries.first)
                #expect(recovery.replica == victim.id)
                #expect(recovery.cause.contains("signal \(signal)"))
                let taken = recovery.result?.split(separator: " ").compactMap { Int($0) }.first
                let milliseconds = try #require(taken)
                #expect(milliseconds < 1000)
                try await audit(shop, visits)
                let orders = try await shop.withClient(at: up.url) { try await $0.orders() }
                #expect(orders.count == visits.placed)
            }
        }

        @Test("a stopped replica is convicted and replaced within four seconds", .timeLimit(.minutes(2)))
        func stopped() async throws {
            try await withUp { shop, up, before in
                let victim = try #require(before.replicas.first)
                let start = ContinuousClock.now
                kill(victim.pid, SIGSTOP)
                try await eventually("it is convicted", within: .seconds(5)) {
                    try await up.status(shop).recoveries.contains { $0.replica == victim.id }
                }
                #expect(ContinuousClock.now - start < .seconds(4))
                try await eventually("it is gone", within: .seconds(5)) { kill(victim.pid, 0) != 0 }
                _ = try await up.steady(shop, 2)
            }
        }

        @Test("replicas outlive a killed supervisor, and the next one adopts them", .timeLimit(.minutes(2)))
        func orphaned() async throws {
            try await withUp { shop, up, before in
                let visits = try await shop.visiting(up) {
                    up.child.signal(SIGKILL)
                    try await up.child.end(within: .seconds(5))
                    let orphaned = try await up.status(shop)
                    #expect(!orphaned.supervisor.isAlive)
                    #expect(orphaned.replicas.map(\.pid).sorted() == before.replicas.map(\.pid).sorted())
                    try await Task.sleep(for: .milliseconds(500))
                    let next = try await shop.up(port: up.port)
                    let after = try await next.steady(shop, 2)
                    #expect(after.supervisor.pid == Int(next.child.pid))
                    #expect(after.replicas.map(\.pid).sorted() == before.replicas.map(\.pid).sorted())
                    #expect(after.replicas.filter(\.isAdopted).count == 2)
                    let victim = try #require(after.replicas.first)
                    kill(victim.pid, SIGKILL)
                    try await eventually("an adopted one is replaced, too", within: .seconds(10)) {
                        let now = try await next.status(shop)
                        return now.replicas.filter { $0.state == "ready" && $0.pid != victim.pid }.count == 2
                    }
                }
                try await audit(shop, visits)
            }
        }

        @Test("a second supervisor on the same data is refused", .timeLimit(.minutes(1)))
        func one() async throws {
            try await withUp { shop, up, _ in
                let second = try await shop.run(["up", "--data", shop.data, "--port", "0"])
                #expect(second.exitStatus == 1)
                #expect(
                    second.errors.contains("a supervisor runs on this data directory already (process \(up.child.pid))")
                )
                _ = try await up.steady(shop, 2)
            }
        }

        @Test("a rolling restart replaces every replica, and no request fails", .timeLimit(.minutes(2)))
        func rolled() async throws {
            try await withUp { shop, up, before in
                let visits = try await shop.visiting(up) {
                    let restart = try await shop.run(
                        ["restart", "--data", shop.data, "--watch", "0.5"],
                        within: .seconds(60)
                    )
                    #expect(restart.exitStatus == 0, "\(restart.output)\(restart.errors)")
                    #expect(restart.output.contains("every replica is of r2"))
                }
                let after = try await up.steady(shop, 2)
                #expect(after.replicas.map(\.release) == ["r2", "r2"])
                #expect(Set(after.replicas.map(\.pid)).isDisjoint(with: before.replicas.map(\.pid)))
                #expect(visits.repeated == 0, "a connection broke, although every answer had told of its end")
                try await audit(shop, visits)
            }
        }

        @Test("a program that does not start is rolled back, and touches nobody", .timeLimit(.minutes(2)))
        func rolledBack() async throws {
            try await withUp { shop, up, before in
                let visits = try await shop.visiting(up) {
                    let restart = try await shop.run([
                        "restart", "--data", shop.data, "--binary", "/bin/false", "--watch", "0.5",
                    ])
                    #expect(restart.exitStatus == 1)
                    #expect(restart.errors.contains("rolled back to r1"))
                }
                let after = try await up.steady(shop, 2)
                #expect(after.replicas.map(\.pid).sorted() == before.replicas.map(\.pid).sorted())
                #expect(visits.repeated == 0)
                try await audit(shop, visits)
            }
        }

        @Test("a replica beyond its memory is replaced, and no request fails", .timeLimit(.minutes(1)))
        func recycled() async throws {
            try await withUp(["--replicas", "2", "--memory", "16"]) { shop, up, _ in
                let visits = try await shop.visiting(up) {
                    try await eventually("one is recycled", within: .seconds(20)) {
                        try await up.status(shop).recoveries.contains {
                            $0.cause.contains("memory") && $0.result != nil
                        }
                    }
                }
                #expect(visits.repeated == 0)
                try await audit(shop, visits)
            }
        }

        @Test("SIGTERM finishes what is under way, ends every replica and exits with 0", .timeLimit(.minutes(1)))
        func drained() async throws {
            try await withUp { shop, up, before in
                let wire = try Wire(up.port)
                wire.send(Wire.request("GET", "/readyz"))
                let first = try #require(wire.receive())
                #expect(first.headers["connection"] == nil)
                up.child.signal(SIGTERM)
                try await Task.sleep(for: .milliseconds(300))
                wire.send(Wire.request("GET", "/readyz"))
                let last = try #require(wire.receive(), "an open connection is answered once more")
                #expect(last.status == 503)
                #expect(last.headers["connection"] == "close")
                #expect(try await up.child.end(within: .seconds(20)) == 0)
                for replica in before.replicas { #expect(kill(replica.pid, 0) != 0, "\(replica.id) is still there") }
                #expect(throws: (any Error).self) { try Wire(up.port) }
            }
        }

        @Test("GET /v1/replicas tells the same as the command", .timeLimit(.minutes(1)))
        func listed() async throws {
            try await withUp { shop, up, before in
                try await shop.withClient(at: up.url) { client in
                    let listed = try await client.get("/v1/replicas").decode(UpStatus.self)
                    #expect(listed.supervisor.isAlive)
                    #expect(listed.replicas.map(\.pid) == before.replicas.map(\.pid))
                }
                let refused = try await offThread { [port = up.port] in try Wire.ask(port, "GET", "/v1/replicas") }
                #expect(refused.status == 401)
            }
        }
    }
}
