import Foundation
import Secrets
import Synchronization
import Testing
import Trading

@testable import Ledger
@testable import LedgerPostgres

@Suite("What a PostgreSQL server does to a shop", .timeLimit(.minutes(20)))
struct PostgresFailureTests {
    @Test("connections that the server ends again and again lose and double nothing, and no command fails")
    func endedConnections() async throws {
        try await PostgresServer.withDatabase { settings in
            let engine = try await onThread { try PostgresEngine(settings) }
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 100_000])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(5 * number))
                        try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(UInt64(number)))
                    }
                }
                var ended = 0
                for _ in 0..<12 {
                    try await Task.sleep(for: .milliseconds(120))
                    ended += try await Self.endConnections(settings)
                }
                #expect(ended > 3)
                try await group.waitForAll()
            }
            #expect(try await shop.level("MUG") == StockLevel(onHand: 100_000, reserved: 300))
            #expect(try await shop.rows(OrderRow.self).count == 300)
            try await shop.expectSound()
            shop.committer.close()
            await engine.close()
        }
    }

    @Test("commands wait for a turn that does not come in time, as for a server that is away")
    func longTurn() async throws {
        try await PostgresServer.withDatabase { settings in
            var settings = settings
            settings.busyMilliseconds = 100
            settings.pauseMilliseconds = 60_000
            let engine = try await onThread { [settings] in try PostgresEngine(settings) }
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 5])
            let (isHeld, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            async let holder: Void = onThread {
                let other = try engine.makeWriter()
                _ = try other.begin()
                isHeld.signal()
                isOver.wait()
                other.rollback()
            }
            try await onThread { isHeld.wait() }
            async let placed = shop.place([("MUG", 1)])
            try await shop.until { shop.committer.absence?.failure?.code == .busy }
            isOver.signal()
            try await holder
            _ = try await placed
            #expect(shop.committer.absence?.failure == nil)
            #expect(try await shop.level("MUG") == StockLevel(onHand: 5, reserved: 1))
            shop.committer.close()
            await engine.close()
        }
    }

    @Test("a writer that says nothing in its turn loses it, and what it had decided")
    func pausedInTurn() async throws {
        try await PostgresServer.withDatabase { settings in
            var settings = settings
            settings.pauseMilliseconds = 200
            let engine = try await onThread { [settings] in try PostgresEngine(settings) }
            try await onThread {
                let (paused, other) = (try engine.makeWriter(), try engine.makeWriter())
                let before = try paused.begin()
                try paused.save(CounterRow("a", value: 1))
                let started = ContinuousClock.now
                #expect(try other.begin() == before)
                #expect(started.duration(to: .now) < .seconds(2))
                try other.save(CounterRow("a", value: 2))
                try other.commit(after: before)
                let failure = #expect(throws: LedgerFailure.self) { try paused.commit(after: before) }
                #expect(failure?.code == .away)
                // Its outcome is looked up, as that of every commit whose connection is gone.
                paused.rollback()
                #expect(try paused.begin()?.number == (before?.number ?? 0) + 1)
                #expect(try paused.row(CounterRow.self, "a")?.value == 2)
                paused.rollback()
            }
            await engine.close()
        }
    }

    @Test("a commit that the server reports before a standby has it is told only once the standby has what follows it")
    func unprovenCommit() async throws {
        let server = try await onThread { try PostgresServer() }
        let settings = server.settings(of: "postgres")
        let engine = try await onThread { try PostgresEngine(settings) }
        let shop = try TestShop(engine)
        try await shop.stock(["MUG": 10])
        // Another replica, whose connection has written before.
        let otherEngine = try await onThread { try PostgresEngine(settings) }
        let other = try TestShop(otherEngine)
        try await other.stock(["JUG": 10])
        let before = shop.batches.all.count
        try await server.manage("ALTER SYSTEM SET synchronous_standby_names = 'missing'")
        try await server.reload()
        let order = Task { try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1)) }
        // The commit waits for a standby that is not there; an operator ends the wait.
        try await server.endWait()
        // The order is there, and everyone can read it; but a failover may undo it, so nobody is told of it, nor who asks again elsewhere.
        let isAnswered = Mutex(false)
        async let again = {
            let placed = try await other.run(TestShop.wish([("MUG", 1)]), key: .test(1))
            isAnswered.withLock { $0 = true }
            return placed
        }()
        try await Task.sleep(for: .milliseconds(500))
        #expect(!isAnswered.withLock { $0 })
        #expect(try await shop.rows(OrderRow.self).count == 1)
        #expect(shop.batches.all.count == before)
        try await server.manage("ALTER SYSTEM RESET synchronous_standby_names")
        try await server.reload()
        #expect(try await order.value.order.id == again.order.id)
        #expect(shop.batches.all.count == before + 1)
        #expect(try await shop.rows(OrderRow.self).count == 1)
        try await shop.expectSound()
        try await onThread {
            shop.committer.close()
            other.committer.close()
        }
        await engine.close()
        await otherEngine.close()
    }

    @Test("who follows is told of commits of others soon, also once its connection was ended")
    func toldOfCommits() async throws {
        try await PostgresServer.withDatabase { settings in
            let (engine, other) = try await onThread { (try PostgresEngine(settings), try PostgresEngine(settings)) }
            let shop = try TestShop(other)
            var commits = try #require(engine.commits()).makeAsyncIterator()
            for round in 0..<3 {
                // Without a reason it tells twice a second; of most commits it must tell sooner.
                var waits: [Duration] = []
                for number in 0..<10 {
                    let started = ContinuousClock.now
                    try await shop.stock(["MUG": Int64(1 + round + number)])
                    try #require(await commits.next() != nil)
                    waits.append(started.duration(to: .now))
                }
                #expect(waits.sorted()[waits.count / 2] < .milliseconds(300))
                #expect(try await Self.endConnections(settings) > 0)
                try await Task.sleep(for: .milliseconds(1200))
            }
            try await onThread { shop.committer.close() }
            await other.close()
            await engine.close()
        }
    }

    /// Ends all connections of a database but those that only wait for a change of the schema; returns how many there were.
    private static func endConnections(_ settings: PostgresSettings) async throws -> Int {
        try await onThread {
            let ended = try PostgresConnection(settings, .migrate).run(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """,
                phase: .load
            )
            var columns = ended.columns(of: 0)
            return Int(columns.integer() ?? 0)
        }
    }
}
