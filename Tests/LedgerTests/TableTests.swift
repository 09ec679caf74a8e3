import Foundation
import Testing
import Trading

@testable import Ledger
@testable import LedgerSQLite

@Suite("Tables are what their descriptions say")
struct TableTests {
    /// Tables that the engine has for itself.
    private static let own = ["migrations", "turns"]

    @Test("a file's tables and indexes, as its migrations leave them, are those that the descriptions make")
    func definitions() async throws {
        try await TestShop.withFile { path in
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            var connection: SQLiteConnection? = try SQLiteConnection(
                path: path + "-described",
                mode: .write,
                busyMilliseconds: 1000
            )
            for table in LedgerTables.schemas {
                for sql in SQLiteDialect().definitions(of: table) {
                    try connection?.execute(sql, phase: .begin)
                }
            }
            connection = nil
            let (migrated, described) = (try Self.schema(path), try Self.schema(path + "-described"))
            #expect(Set(migrated.keys) == Set(described.keys))
            for (name, sql) in described { #expect(migrated[name] == sql) }
        }
    }

    /// What made each table and each index, without the blanks that mean nothing, and without what belongs to the search.
    private static func schema(_ path: String) throws -> [String: String] {
        let made = try RawSQLite(path).texts(
            "SELECT name || '=' || sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        )
        var found: [String: String] = [:]
        for text in made {
            let (name, sql) = (text.prefix { $0 != "=" }, text.drop { $0 != "=" }.dropFirst())
            guard !own.contains(String(name)), !name.hasPrefix("turns_"), !name.hasPrefix("product_search") else {
                continue
            }
            found[String(name)] = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                .replacing("( ", with: "(").replacing(" )", with: ")")
        }
        return found
    }

    @Test("the working set has every table, and no other")
    func workingSet() {
        let set = WorkingSet(random: SystemRandomNumberGenerator(), keepLimit: 0)
        #expect(Set(set.tables.map(\.schema.name)) == Set(LedgerTables.schemas.map(\.name)))
    }

    @Test("what is due is found by the index that was made for it, and no more is sorted than what is due at once")
    func plans() async throws {
        try await TestShop.withFile { path in
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            let (raw, view, now) = (try RawSQLite(path), AskedQueries(), Timestamp(milliseconds: 0))
            _ = try view.dueTasks(.eraseOrders, at: now, limit: 1)
            _ = try view.dueOrders(now, limit: 1)
            _ = try view.duePayments("manual", now, limit: 1)
            _ = try view.dueTasks(.trackShipment, lane: "post", at: now, limit: 1)
            let indexes = ["tasks_by_kind", "orders_by_reservation", "payments_by_due", "tasks_by_lane"]
            #expect(view.asked.count == indexes.count)
            for (sql, index) in zip(view.asked, indexes) {
                let plan = try raw.texts("EXPLAIN QUERY PLAN \(sql)", column: 3).joined(separator: "; ")
                #expect(plan.contains("INDEX \(index) ("), "\(plan)")
                // Of those that are due at once the keys alone are sorted.
                #expect(!plan.replacing("FOR RIGHT PART OF ORDER BY", with: "").contains("TEMP B-TREE FOR"), "\(plan)")
            }
        }
    }
}

/// Notes what is asked of SQLite, and answers with nothing.
private final class AskedQueries: LedgerView {
    private(set) var asked: [String] = []

    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? { nil }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        asked.append(SQLiteDialect().select(query))
        return []
    }

    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit] { [] }
}
