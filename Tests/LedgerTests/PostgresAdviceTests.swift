import Testing

@testable import Ledger
@testable import LedgerPostgres

@Suite("What is unsafe about a PostgreSQL server is said")
struct PostgresAdviceTests {
    /// A server with nothing unsafe about it.
    private static var sound: PostgresFacts {
        var facts = PostgresFacts()
        (facts.allStandbys, facts.synchronousStandbys, facts.standbyNames) = (2, 1, "ANY 1 (*)")
        return facts
    }

    @Test("of a server with nothing unsafe about it, nothing is said")
    func nothing() {
        #expect(PostgresAdvice.all(Self.sound, connections: 6) == [])
    }

    @Test("each unsafe thing is named by itself")
    func each() {
        let planted: [(String, (inout PostgresFacts) -> Void)] = [
            ("fsync-off", { $0.syncs = false }), ("full-page-writes-off", { $0.writesFullPages = false }),
            ("no-checksums", { $0.hasChecksums = false }), ("no-archive", { $0.isArchiving = false }),
            ("archiving-fails", { $0.archiveFails = true }),
            ("synchronous-commit-off", { $0.synchronousCommit = "off" }),
            ("no-standby", { ($0.allStandbys, $0.synchronousStandbys) = (0, 0) }),
            ("asynchronous", { ($0.standbyNames, $0.synchronousStandbys) = ("", 0) }),
            ("no-synchronous-standby", { $0.synchronousStandbys = 0 }), ("no-tls", { $0.isEncrypted = false }),
            ("superuser", { $0.isSuperuser = true }), ("owner", { $0.mayAlter = true }),
            ("hidden", { $0.seesStandbys = false }), ("few-connections", { $0.connectionsUsed = 97 }),
            ("isolation", { $0.isolation = "serializable" }), ("clock", { $0.clockAheadMs = -4000 }),
            ("schema", { $0.schema = "the database is newer than this build" }),
        ]
        for (name, plant) in planted {
            var facts = Self.sound
            plant(&facts)
            #expect(PostgresAdvice.all(facts, connections: 6).map(\.name) == [name])
        }
    }

    @Test("a real server says what it is like, and the gravest comes first")
    func real() async throws {
        try await PostgresServer.withDatabase { settings in
            let empty = try await onThread { PostgresAdvice.all(try PostgresFacts(settings), connections: 6) }
            #expect(empty.map(\.name).contains("schema"))
            await (try await onThread { try PostgresEngine(settings) }).close()
            let facts = try await onThread { try PostgresFacts(settings) }
            #expect(facts.version.hasPrefix("1"))
            #expect(facts.mayAlter && facts.hasChecksums && facts.connectionsMax == 297 && facts.connectionsUsed > 0)
            let names = PostgresAdvice.all(facts, connections: 6).map(\.name)
            #expect(names == ["fsync-off", "no-archive", "no-standby", "no-tls", "superuser"])
        }
    }
}
