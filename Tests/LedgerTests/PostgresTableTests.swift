import Foundation
import Secrets
import Testing
import Trading

@testable import Ledger
@testable import LedgerPostgres

@Suite("Tables on PostgreSQL are what their descriptions say")
struct PostgresTableTests {
    /// What the engine has for itself.
    private static let own = ["migrations", "turns", "products_by_words"]

    @Test("a database's tables, indexes and checks, as its migrations leave them, are those that the descriptions make")
    func definitions() async throws {
        try await PostgresServer.withDatabase { settings in
            await (try await onThread { try PostgresEngine(settings) }).close()
            let made = LedgerTables.schemas.flatMap { PostgresDialect().definitions(of: $0) }.joined(separator: "; ")
            try PostgresServer.psql("CREATE SCHEMA described; SET search_path = described; \(made)", settings)
            let (migrated, described) = (try Self.schema("public", settings), try Self.schema("described", settings))
            #expect(described.count > 200)
            #expect(migrated.subtracting(described) == [])
            #expect(described.subtracting(migrated) == [])
        }
    }

    /// Every column, index and check of a schema, in the server's words.
    private static func schema(_ name: String, _ settings: PostgresSettings) throws -> Set<String> {
        let parts = [
            """
            SELECT table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type || ' ' || is_nullable
                || ' ' || coalesce(column_default, '-') || ' ' || coalesce(collation_name, '-')
            FROM information_schema.columns WHERE table_schema = '\(name)'
            """,
            "SELECT indexname || ' ' || indexdef FROM pg_indexes WHERE schemaname = '\(name)'",
            """
            SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = '\(name)'::regnamespace
            """,
        ]
        let lines = try parts.flatMap { part in
            try PostgresServer.psql("SET search_path = \(name); \(part)", settings).split(separator: "\n")
        }
        let told = lines.map { line in
            String(line).replacing("\(name).", with: "").replacing(/\ WITH \(fillfactor='?\d+'?\)/, with: "")
        }
        return Set(told.filter { line in !own.contains { line.hasPrefix($0) } })
    }
}
