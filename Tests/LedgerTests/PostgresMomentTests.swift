import Foundation
import Testing
import Trading

@testable import Ledger
@testable import LedgerPostgres

@Suite("A moment of a PostgreSQL database", .timeLimit(.minutes(5)))
struct PostgresMomentTests {
    @Test("two moments differ in the tables that changed between them, and in no other; the turn is given back")
    func differences() async throws {
        try await PostgresServer.withDatabase { settings in
            let runtime = try await onThread { try PostgresServer.runtime(of: settings) }
            let engine = try await onThread { try PostgresEngine(runtime) }
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 5, "CUP": 5])
            func moment() async throws -> PostgresMoment { try await onThread { try PostgresMoment(runtime) } }
            let first = try await moment()
            let same = try await moment()
            #expect(first.differences(from: same) == [])
            #expect(first.turn?.number == same.turn?.number && first.turn != nil)
            #expect(first.tables.count == PostgresRights.tables.count + 1)
            // By other hands: one value of one row, the number of rows is the same.
            try PostgresServer.psql("UPDATE stock SET on_hand = on_hand + 1 WHERE sku = 'CUP'", settings)
            #expect(first.differences(from: try await moment()).map { $0.prefix { $0 != ":" } } == ["stock"])
            try PostgresServer.psql("UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 'CUP'", settings)
            #expect(first.differences(from: try await moment()) == [])
            _ = try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1))
            let later = try await moment()
            let changed = Set(first.differences(from: later).map { String($0.prefix { $0 != ":" }) })
            #expect(changed.isSuperset(of: ["orders", "stock", "movements", "events", "idempotency", "turns"]))
            #expect(changed.isDisjoint(with: ["products", "journal", "migrations"]))
            #expect(later.turn?.number == (first.turn?.number ?? 0) + 1)
            try await onThread { shop.committer.close() }
            await engine.close()
        }
    }

    @Test("an event's row names the transaction of its turn, and the turn's time")
    func transaction() async throws {
        try await PostgresServer.withDatabase { settings in
            let runtime = try await onThread { try PostgresServer.runtime(of: settings) }
            let engine = try await onThread { try PostgresEngine(runtime) }
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 5])
            let events = try await shop.rows(EventRow.self)
            let last = try #require(events.last)
            let extent = try await onThread { try PostgresExtent(runtime) }
            #expect(extent.event == last.key && extent.at == last.at)
            let found = try await onThread { try PostgresExtent.transaction(of: last.key, runtime) }
            #expect(found?.at == last.at)
            let written = try PostgresServer.psql("SELECT xmin FROM turns ORDER BY number DESC LIMIT 1", settings)
            #expect(written == "\(found?.id ?? "")\n", "the turn was written by it, too")
            #expect(try await onThread { try PostgresExtent.transaction(of: last.key + 1, runtime) } == nil)
            try await onThread { shop.committer.close() }
            await engine.close()
        }
    }

    @Test("an address keeps role and database at another server's socket, whatever they are called, and nothing else")
    func socket() throws {
        let settings = PostgresSettings(
            connection: .init(
                "postgres://o%27dd%5Cuser:s3cret@db1,db2:5433/my%20shop?sslmode=verify-full&sslrootcert=x"
            )
        )
        let (keywords, values) = try PostgresAddress(settings.at(socket: "/tmp/a b", port: 5432).connection).parameters
        let told = Dictionary(uniqueKeysWithValues: zip(keywords, values))
        #expect(told["user"] == "o'dd\\user" && told["dbname"] == "my shop")
        #expect(told["host"] == "/tmp/a b" && told["port"] == "5432")
        #expect(told["password"] == nil && told["sslmode"] != "verify-full" && told["sslrootcert"] != "x")
    }
}
