import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// Replicas on one socket, and their supervisor.
    @Suite struct UpTests {
        /// A shop with a supervisor, two ready replicas and a product to buy.
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

        /// Replicas survive a supervisor that is killed; none may survive the test.
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
            "a replica that dies is replaced at once, and no order is lost or doubled",
            .timeLimit(.minutes(2)),
            arguments: [SIGKILL, SIGABRT]
        )
        func killed(_ signal: CInt) async throws {
            let begun = ContinuousClock.now
            try await withUp { shop, up, before in
                let start = begun.duration(to: .now)
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
                // A debug build takes most of that to load; a busy machine, as long as the first start took.
                #expect(Duration.milliseconds(milliseconds) < max(.milliseconds(2500), start), "it started in \(start)")
                try await audit(shop, visits)
                let orders = try await shop.withClient(at: up.url) { try await $0.orders() }
                #expect(orders.count == visits.placed)
            }
        }

        @Test("an old connection is asked for a new one, with nothing lost", .timeLimit(.minutes(2)))
        func age() async throws {
            try await withUp(["--replicas", "2", "--set", "http.connection-age=2"]) { _, up, _ in
                let port = up.port
                let answered = try await offThread { () -> (kept: Duration, isClosed: Bool) in
                    let wire = try Wire(port)
                    let start = ContinuousClock.now
                    while ContinuousClock.now - start < .seconds(10) {
                        wire.send(Wire.request("GET", "/livez"))
                        let answer = try #require(wire.receive())
                        #expect(answer.status == 200)
                        if answer.headers["connection"] == "close" {
                            return (start.duration(to: .now), wire.isClosed())
                        }
                        usleep(10_000)
                    }
                    throw ProcessFailure("the connection was never old")
                }
                #expect(answered.isClosed)
                // Jitter of a quarter.
                #expect(answered.kept > .milliseconds(1450) && answered.kept < .milliseconds(3000), "\(answered.kept)")
            }
        }

        @Test(
            "a request that ends three replicas ends no fourth, and nobody else's is refused",
            .timeLimit(.minutes(2))
        )
        func poisoned() async throws {
            let poison = "/v1/products/A?poison"
            try await withUp(["--replicas", "2", "--set", "faults.poison=?poison"]) { shop, up, _ in
                for _ in 1...3 {
                    await #expect(throws: (any Error).self) {
                        try await shop.withClient(at: up.url) { _ = try await $0.get(poison) }
                    }
                    _ = try await up.steady(shop, 2)
                }
                let replicas = try await up.status(shop).replicas.map(\.pid)
                for _ in 1...10 {
                    try await shop.withClient(at: up.url) { client in
                        let answer = try await client.get(poison)
                        #expect(answer.status == 503)
                        #expect(answer.problem?.code == "quarantined")
                        #expect(try await client.get("/v1/products/A").status == 200)
                    }
                }
                let status = try await up.status(shop)
                #expect(status.replicas.map(\.pid) == replicas)
                let refusals = status.recoveries.filter { $0.replica.hasPrefix("request ") }
                #expect(refusals.map(\.action) == ["it is refused for 600 s"])
            }
        }

        @Test("a replica that a signal stops is killed and replaced within a second or so", .timeLimit(.minutes(2)))
        func stopped() async throws {
            try await withUp { shop, up, before in
                let victim = try #require(before.replicas.first)
                let start = ContinuousClock.now
                kill(victim.pid, SIGSTOP)
                try await eventually("it is convicted", within: .seconds(5)) {
                    try await up.status(shop).recoveries.contains {
                        $0.replica == victim.id && $0.cause.hasPrefix("a signal has stopped it for ")
                    }
                }
                // Missing heartbeats alone would be taken for a hang after 2.5 s.
                #expect(ContinuousClock.now - start < .seconds(2))
                try await eventually("it is gone", within: .seconds(5)) { kill(victim.pid, 0) != 0 }
                _ = try await up.steady(shop, 2)
            }
        }

        @Test("a replica that a signal stops for a moment is let be", .timeLimit(.minutes(2)))
        func stoppedForAMoment() async throws {
            try await withUp { shop, up, before in
                let victim = try #require(before.replicas.first)
                kill(victim.pid, SIGSTOP)
                try await Task.sleep(for: .milliseconds(50))
                kill(victim.pid, SIGCONT)
                try await Task.sleep(for: .seconds(1))
                #expect(try await up.status(shop).recoveries.isEmpty)
                #expect(kill(victim.pid, 0) == 0)
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

        @Test("settings that fail half of all requests are taken back by themselves", .timeLimit(.minutes(2)))
        func errorsRolledBack() async throws {
            try await withUp { shop, up, before in
                let settings = shop.directory + "/failing.json"
                try Data(#"{"faults":{"error-percent":50}}"#.utf8).write(to: URL(fileURLWithPath: settings))
                let isOver = Flag()
                async let browsed = offThread { [port = up.port] in Self.browse(port, until: isOver) }
                let restart = try await shop.run(
                    ["restart", "--data", shop.data, "--config", settings, "--watch", "30"],
                    within: .seconds(60)
                )
                isOver.set()
                #expect(restart.exitStatus == 1, "\(restart.output)")
                #expect(restart.errors.contains("rolled back to r1: it failed "), "\(restart.errors)")
                let after = try await up.steady(shop, 2)
                #expect(after.replicas.map(\.pid).sorted() == before.replicas.map(\.pid).sorted())
                #expect(after.recoveries.contains { $0.replica == "r2" && $0.action == "it is taken back" })
                let statuses = try await browsed
                #expect(Set(statuses.keys) == [200, 500], "\(statuses)")
                #expect(statuses[200, default: 0] > statuses[500, default: 0])
                try await shop.withClient(at: up.url) { client in
                    try await eventually("it is told of once its ten seconds are settled", within: .seconds(30)) {
                        try await client.get("/v1/incidents").decode(Measures.self).measures
                            .contains { $0.subject == "r2" && $0.action == "it is taken back" }
                    }
                }
            }
        }

        @Test("a replica whose requests fail, and not those of its peer, is recycled", .timeLimit(.minutes(2)))
        func unlikePeers() async throws {
            let settings = NSTemporaryDirectory() + "/settings-\(UUID().uuidString).json"
            defer { unlink(settings) }
            try Data("{}".utf8).write(to: URL(fileURLWithPath: settings))
            try await withUp(["--replicas", "2", "--config", settings]) { shop, up, before in
                // The replacement of a killed replica starts with the release file's content at that time.
                let copy = URL(fileURLWithPath: shop.data + "/run/release-1.json")
                try Data(#"{"faults":{"error-percent":100}}"#.utf8).write(to: copy)
                let victim = try #require(before.replicas.first)
                kill(victim.pid, SIGKILL)
                try await eventually("another one takes its place", within: .seconds(10)) {
                    try await up.status(shop).recoveries.contains { $0.replica == victim.id && $0.result != nil }
                }
                try Data("{}".utf8).write(to: copy)
                let isOver = Flag()
                async let browsed = offThread { [port = up.port] in Self.browse(port, until: isOver) }
                var recovery: UpStatus.Recovery?
                try await eventually("it is recycled", within: .seconds(60)) {
                    recovery = try await up.status(shop).recoveries.first {
                        $0.cause.contains("requests failed, of the others 0")
                    }
                    return recovery?.result != nil
                }
                isOver.set()
                #expect(try await browsed[500, default: 0] >= 20)
                #expect(recovery?.action == "another one is started, then it drains")
                let after = try await up.steady(shop, 2)
                #expect(!after.replicas.contains { $0.id == recovery?.replica })
                let again = Flag()
                async let calm = offThread { [port = up.port] in Self.browse(port, until: again) }
                try await Task.sleep(for: .seconds(1))
                again.set()
                #expect(try await Set(calm.keys) == [200])
            }
        }

        /// Reads the catalogue on one connection after another, so that every replica is reached; returns how often each status
        /// was answered.
        private static func browse(_ port: Int, until isOver: Flag) -> [Int: Int] {
            var statuses: [Int: Int] = [:]
            while !isOver.isSet {
                // A broken connection counts as 0, which is no status.
                let status = (try? Wire.ask(port, "GET", "/v1/products?limit=1"))?.status ?? 0
                statuses[status, default: 0] += 1
                usleep(2000)
            }
            return statuses
        }

        /// The members of `GET /v1/incidents` that the tests read.
        private struct Measures: Decodable {
            struct Measure: Decodable {
                let subject: String
                let action: String
            }
            let measures: [Measure]
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

        @Test(
            "a prober is kept shopping, is started again when it is killed, and ends with the supervisor",
            .timeLimit(.minutes(2))
        )
        func probed() async throws {
            try await withUp(["--replicas", "2", "--probe"]) { shop, up, _ in
                func prober() throws -> pid_t {
                    let text = try String(contentsOfFile: shop.data + "/run/prober.pid", encoding: .utf8)
                    return try #require(pid_t(text))
                }
                try await shop.withClient(at: up.url) { client in
                    func cancelled() async throws -> Int {
                        try await client.events(ofProbers: true).count { $0.type == "order.cancelled" }
                    }
                    try await eventually("it shops", within: .seconds(30)) { try await cancelled() > 0 }
                    let first = try prober()
                    kill(first, SIGKILL)
                    try await eventually("another one is started", within: .seconds(20)) { (try? prober()) != first }
                    let before = try await cancelled()
                    try await eventually("it shops on, with the same key", within: .seconds(30)) {
                        try await cancelled() > before
                    }
                    let told = try await client.events()
                    #expect(!told.contains { $0.type.hasPrefix("order.") }, "merchants are not told: \(told)")
                }
                let last = try prober()
                up.child.signal(SIGTERM)
                #expect(try await up.child.end(within: .seconds(20)) == 0)
                try await eventually("it ends, too", within: .seconds(5)) { kill(last, 0) != 0 }
                let keys = try await shop.run(["keys", "list", "--data", shop.data])
                let ofProbers = keys.output.split(separator: "\n").count { $0.hasPrefix("    prober: ") }
                #expect(ofProbers == 1, "\(keys.output)")
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
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
                    #expect(listed.supervisor.quarantines == true)
                    #expect(listed.replicas.map(\.pid) == before.replicas.map(\.pid))
                }
                let refused = try await offThread { [port = up.port] in try Wire.ask(port, "GET", "/v1/replicas") }
                #expect(refused.status == 401)
            }
        }
    }
}
