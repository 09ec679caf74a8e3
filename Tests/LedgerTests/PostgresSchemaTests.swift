import Foundation
import Testing
import Trading

@testable import Ledger
@testable import LedgerPostgres

@Suite("The schema of a PostgreSQL database", .timeLimit(.minutes(20)))
struct PostgresSchemaTests {
    /// Steps of a later release, as the rules for migrations want them.
    private static let later = [
        PostgresMigration(
            name: "9001 expands",
            sql: """
                ALTER TABLE orders ADD COLUMN gift text COLLATE "C";
                ALTER TABLE orders ADD COLUMN wrapped smallint NOT NULL DEFAULT 0;
                CREATE TABLE gifts (id bytea PRIMARY KEY);
                """
        ),
        PostgresMigration(
            name: "9002 expands",
            sql: "ALTER TABLE stock ADD COLUMN incoming bigint NOT NULL DEFAULT 0;"
        ),
        PostgresMigration(name: "9003 expands", sql: "ALTER TABLE idempotency ADD COLUMN place bigint;"),
        PostgresMigration(name: "9004 expands", sql: "ALTER TABLE turns ADD COLUMN host text COLLATE \"C\";"),
    ]

    /// Waits for its locks as a change of the schema does, but for a test.
    private static let quick = MigrationPatience(lockTimeouts: 100...150, retries: 3, pauses: 1...5, others: 2000)

    private static func standing(_ settings: PostgresSettings) throws -> PostgresStanding {
        try PostgresStanding(PostgresConnection(settings, .migrate))
    }

    // MARK: What a database is

    @Test("a database is told by what stands there, and one that is not a shop's, or newer, is left as it is")
    func standings() async throws {
        let first = "0062 references of archived orders"
        let planted: [(String, PostgresStanding)] = [
            ("SELECT 1", .empty),
            ("CREATE VIEW one AS SELECT 1", .foreign("one")),
            ("CREATE TABLE d (a int); CREATE TABLE c (a int); CREATE SEQUENCE b", .foreign("b, c, d")),
            ("CREATE TABLE migrations (id int, migration text, batch int)", .foreign("migrations")),
            ("CREATE TABLE migrations (name text, applied_at bigint)", .empty),
            (
                "CREATE TABLE migrations (name text, applied_at bigint); INSERT INTO migrations VALUES ('001_init', 1)",
                .foreign("migrations")
            ),
            ("CREATE EXTENSION pg_stat_statements", .empty),
            (
                """
                CREATE TABLE migrations (name text, applied_at bigint);
                INSERT INTO migrations VALUES ('\(first)', 1), ('9999 later', 1)
                """, .newer(than: "9999 later")
            ),
        ]
        for (sql, expected) in planted {
            try await PostgresServer.withDatabase { settings in
                try PostgresServer.psql(sql, settings)
                #expect(try await onThread { try Self.standing(settings) } == expected, "\(sql)")
                guard expected != .empty else { return }
                let before = try Self.objects(settings)
                for attempt in [
                    { _ = try PostgresEngine(settings) }, { _ = try PostgresInspection(settings) },
                    { try PostgresMigrator.run(settings, runtimeRole: PostgresServer.runtimeRole) { _ in } },
                ] as [@Sendable () throws -> Void] {
                    let failure = await #expect(throws: LedgerFailure.self) { try await onThread(attempt) }
                    #expect(failure?.code == .unsuitable && failure?.retry == .never)
                }
                #expect(try Self.objects(settings) == before)
            }
        }
    }

    @Test("a database without tables becomes a shop's, and one that lacks a step is brought up to it")
    func older() async throws {
        try await PostgresServer.withDatabase { settings in
            try await onThread {
                try PostgresMigration.run(settings)
                #expect(try Self.standing(settings) == .current)
                let steps = PostgresMigration.all + Self.later
                let connection = try PostgresConnection(settings, .migrate)
                let lacking = try PostgresStanding(connection, steps: steps)
                #expect(lacking == .older(lacking: "9001 expands"))
                #expect(throws: LedgerFailure.self) { try lacking.requireCurrent() }
                var told: [String] = []
                try PostgresMigration.run(settings, steps: steps) { told.append($0) }
                #expect(try PostgresStanding(connection, steps: steps) == .current && told.count == Self.later.count)
                try PostgresMigration.run(settings, steps: steps) { told.append($0) }
                #expect(told.count == Self.later.count, "nothing is done twice")
            }
        }
    }

    @Test("of several processes that change the schema at once, one does")
    func atOnce() async throws {
        try await PostgresServer.withDatabase { settings in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { try await onThread { try PostgresMigration.run(settings) } } }
                try await group.waitForAll()
            }
            #expect(try PostgresServer.psql("SELECT count(*) FROM migrations", settings) == "1\n")
        }
    }

    // MARK: Beside a shop

    @Test("a step after the first changes one table that servers use, so that no server meets it in a deadlock")
    func oneTable() {
        for step in PostgresMigration.all.dropFirst() + Self.later {
            #expect(Self.changed(by: step).count <= 1, "\(step.name)")
        }
        let two = PostgresMigration(
            name: "changes two",
            sql: "ALTER TABLE orders ADD COLUMN a bigint;\nDROP INDEX a;\nCREATE UNIQUE INDEX b ON stock (sku);"
        )
        #expect(Self.changed(by: two) == ["orders", "stock"])
    }

    /// The tables of this build that a step locks against servers.
    private static func changed(by step: PostgresMigration) -> Set<String> {
        let names = step.statements.flatMap { statement in
            statement.matches(of: /\b(?:ALTER TABLE|DROP TABLE|ON|UPDATE|DELETE FROM|INTO|REFERENCES)\s+(\w+)/)
                .map { String($0.output.1) }
        }
        return Set(names).intersection(PostgresRights.tables)
    }

    @Test(
        "a step that does not get its locks leaves the shop alone, leaves nothing behind, and is done once it gets them"
    )
    func locks() async throws {
        try await PostgresServer.withDatabase { settings in
            try await onThread {
                try PostgresMigration.run(settings)
                let steps = PostgresMigration.all + Self.later
                let reader = try PostgresConnection(settings, .read)
                // As a report does that reads for hours.
                try reader.execute(["BEGIN", "SELECT count(*) FROM orders"], phase: .load)
                var told: [String] = []
                let failure = #expect(throws: LedgerFailure.self) {
                    try PostgresMigration.run(settings, steps: steps, patience: Self.quick) { told.append($0) }
                }
                #expect(failure?.code == .busy && failure?.detail.contains("4 attempts") == true && told.count == 3)
                #expect(try Self.standing(settings) == .current)
                #expect(try Self.count("pg_attribute WHERE attname = 'gift'", settings) == 0)

                try reader.execute(["COMMIT"], phase: .load)
                let other = try PostgresServer.beginning("SELECT count(*) FROM orders; SELECT pg_sleep(0.6)", settings)
                var patience = Self.quick
                patience.retries = 100
                try PostgresMigration.run(settings, steps: steps, patience: patience) { told.append($0) }
                #expect(told.contains { $0.hasPrefix("attempt 1 ") } && told.last?.hasPrefix("applied") == true)
                other.waitUntilExit()
                #expect(other.terminationStatus == 0)
            }
        }
    }

    @Test("servers of the release before go on while the schema is changed, and afterwards; they do not start anew")
    func oldAndNew() async throws {
        try await PostgresServer.withDatabase { settings in
            let runtime = try await onThread { try PostgresServer.runtime(of: settings) }
            let engine = try await onThread { try PostgresEngine(runtime) }
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 1000])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(5 * number))
                        try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(UInt64(number)))
                        if number % 20 == 0 { _ = try await shop.rows(OrderRow.self) }
                    }
                }
                group.addTask {
                    try await Task.sleep(for: .milliseconds(300))
                    try await onThread {
                        try PostgresMigration.run(settings, steps: PostgresMigration.all + Self.later)
                    }
                }
                try await group.waitForAll()
            }
            // Its connections are made anew after a failover.
            _ = try await onThread {
                try PostgresServer.psql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'runtime' AND datname = current_database()",
                    settings
                )
            }
            for number in 200..<220 {
                try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(UInt64(number)))
            }
            #expect(try await shop.level("MUG") == StockLevel(onHand: 1000, reserved: 220))
            try await shop.expectSound()
            try await onThread { shop.committer.close() }
            await engine.close()
            let failure = await #expect(throws: LedgerFailure.self) {
                try await onThread { try PostgresEngine(runtime) }
            }
            #expect(failure?.code == .unsuitable && failure?.detail.contains("newer than this build") == true)
        }
    }

    // MARK: Roles

    @Test("the role of servers does a server's work, and may alter, drop and own nothing")
    func runtimeRole() async throws {
        try await PostgresServer.withDatabase { settings in
            let runtime = try await onThread { try PostgresServer.runtime(of: settings) }
            let engine = try await onThread { try PostgresEngine(runtime) }
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 5])
            _ = try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1))
            #expect(try await engine.structureErrors(.full) == [])
            try await onThread { shop.committer.close() }
            await engine.close()
            let before = try Self.objects(settings)
            for sql in [
                "CREATE TABLE mine (a int)", "ALTER TABLE orders ADD COLUMN a int", "DROP TABLE orders",
                "TRUNCATE orders",
                "CREATE INDEX mine ON orders (state)", "DROP INDEX orders_by_state", "DROP SCHEMA public CASCADE",
                "CREATE TRIGGER t BEFORE INSERT ON orders EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "INSERT INTO migrations VALUES ('9999 later', 0)", "DELETE FROM migrations", "CREATE SCHEMA mine",
                "ALTER TABLE orders OWNER TO runtime", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ] {
                let failure = await #expect(throws: LedgerFailure.self, "\(sql)") {
                    try await onThread { try PostgresConnection(runtime, .migrate).execute([sql], phase: .save) }
                }
                #expect(failure?.detail.contains("42501") == true, "\(sql): \(failure?.detail ?? "")")
            }
            #expect(try Self.objects(settings) == before)
        }
    }

    @Test(
        "a server whose role has no rights, or may not make what is missing, says which command to run, and changes nothing"
    )
    func withoutRights() async throws {
        try await PostgresServer.withDatabase { settings in
            let runtime = PostgresServer.role(PostgresServer.runtimeRole, settings)
            let attempts: [@Sendable () throws -> Void] = [
                { _ = try PostgresEngine(runtime) },
                {
                    try PostgresMigration.run(settings)
                    _ = try PostgresEngine(runtime)
                },
                {
                    try PostgresServer.psql("GRANT SELECT ON migrations, settings TO runtime", settings)
                    _ = try PostgresEngine(runtime)
                },
            ]
            for attempt in attempts {
                let failure = await #expect(throws: LedgerFailure.self) { try await onThread(attempt) }
                #expect(failure?.code == .unsuitable)
                #expect(failure?.detail.contains("tradewind migrate-schema --runtime-role runtime") == true)
            }
        }
    }

    @Test(
        "rights are given once, taken where they are too many, and refused to a role that could alter the tables all the same"
    )
    func grants() async throws {
        try await PostgresServer.withDatabase { settings in
            let (name, owner) = ("odd \"role\(UInt32.random(in: 0 ... .max))", "owner\(UInt32.random(in: 0 ... .max))")
            let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
            func run(_ role: String?) async throws -> [String] {
                try await onThread {
                    var told: [String] = []
                    try PostgresMigrator.run(settings, runtimeRole: role) { told.append($0) }
                    return told
                }
            }
            try PostgresServer.psql("CREATE ROLE \(quoted) LOGIN; CREATE ROLE \(owner)", settings)
            #expect(try await run(name).count == 3)
            #expect(try await run(name) == [])
            try PostgresServer.psql(
                "GRANT ALL ON orders, migrations TO \(quoted); GRANT CREATE ON SCHEMA public TO PUBLIC",
                settings
            )
            #expect(try await run(nil).count == 3, "those of before are looked after, too")
            try PostgresServer.psql("REVOKE DELETE ON carts FROM \(quoted)", settings)
            #expect(try await run(nil).count == 1)
            #expect(try await run(nil) == [])

            for (role, words) in [("tradewind", "superuser"), ("nobody", "no role")] {
                let failure = await #expect(throws: LedgerFailure.self) { try await run(role) }
                #expect(failure?.detail.contains(words) == true)
            }
            try PostgresServer.psql("ALTER TABLE migrations OWNER TO \(owner); GRANT \(owner) TO \(quoted)", settings)
            let member = await #expect(throws: LedgerFailure.self) { try await run(name) }
            #expect(member?.detail.contains("member of \(owner)") == true)
            let itself = await #expect(throws: LedgerFailure.self) { try await run(owner) }
            #expect(itself?.detail.contains("owns the tables") == true)
            try PostgresServer.psql("DROP OWNED BY \(quoted), \(owner); DROP ROLE \(quoted), \(owner)", settings)
        }
    }

    /// Every table, index, sequence, view and function of a database, with its rights, in the server's words.
    private static func objects(_ settings: PostgresSettings) throws -> String {
        try PostgresServer.psql(
            """
            SELECT relname, relkind, relowner, relacl, relnatts FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1;
            SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1;
            SELECT nspname, nspacl FROM pg_namespace ORDER BY 1
            """,
            settings
        )
    }

    private static func count(_ what: String, _ settings: PostgresSettings) throws -> Int {
        let said = try PostgresServer.psql("SELECT count(*) FROM \(what)", settings)
        return try #require(Int(said.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
