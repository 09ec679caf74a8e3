// What a database is to this build is found out before anything is changed there. A database of something else, or of a newer build, is left as it is.

import Ledger

/// What a database is to this build.
enum PostgresStanding: Hashable, Sendable {
    /// Nothing is there.
    case empty
    /// A ledger that lacks this step.
    case older(lacking: String)
    /// A ledger with this build's schema.
    case current
    /// A ledger with a step that this build does not know.
    case newer(than: String)
    /// Tables that are not a shop's.
    case foreign(String)

    /// Looks, in two round trips.
    ///
    /// - Throws: a failure where the role may not look.
    init(
        _ connection: PostgresConnection,
        steps: [PostgresMigration] = PostgresMigration.all
    ) throws(LedgerFailure) {
        let found = try connection.run(Self.looked, phase: .begin)
        var columns = found.columns(of: 0)
        guard columns.text() != nil else {
            throw Self.unsuitable("the role may use no schema of the database")
        }
        let (count, mayRead, others) = (columns.integer(), columns.flag() ?? false, columns.text())
        guard let count else {
            self = others.map { .foreign($0) } ?? .empty
            return
        }
        guard count == 2 else {
            self = .foreign("migrations" + (others.map { ", \($0)" } ?? ""))
            return
        }
        guard mayRead else { throw Self.noRights(try PostgresRights(connection).role) }
        let applied = try Self.applied(connection)
        if applied.isEmpty {
            self = others.map { .foreign("migrations, \($0)") } ?? .empty
        } else if let first = steps.first, !applied.contains(first.name) {
            self = .foreign("migrations" + (others.map { ", \($0)" } ?? ""))
        } else if let unknown = applied.subtracting(steps.map(\.name)).max() {
            self = .newer(than: unknown)
        } else if let missing = steps.first(where: { !applied.contains($0.name) }) {
            self = .older(lacking: missing.name)
        } else {
            self = .current
        }
    }

    /// The schema; how many of the history's columns there are, null without a history; whether it may be read; some other tables.
    ///
    /// What belongs to an extension counts as nobody's.
    private static let looked = """
        SELECT current_schema()::text,
            CASE WHEN to_regclass('migrations') IS NOT NULL THEN
                (SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('migrations')
                    AND attname IN ('name', 'applied_at') AND NOT attisdropped) END,
            coalesce(has_table_privilege(to_regclass('migrations'), 'SELECT'), false)::int,
            (SELECT string_agg(name, ', ') FROM (
                SELECT relname::text AS name FROM pg_class c
                WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relname <> 'migrations'
                    AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
                    AND NOT EXISTS (SELECT FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                ORDER BY 1 LIMIT 4) AS others)
        """

    private static func applied(_ connection: PostgresConnection) throws(LedgerFailure) -> Set<String> {
        let rows = try connection.run("SELECT name::text FROM migrations", phase: .begin)
        return Set(
            (0..<rows.count).compactMap { row in
                var columns = rows.columns(of: row)
                return columns.text()
            }
        )
    }

    /// The secret of the shop that a database holds; nil where no server has opened it yet.
    static func secret(_ connection: PostgresConnection) throws(LedgerFailure) -> [UInt8]? {
        try connection.row(SettingRow.self, SettingRow.orderSecret)?.value
    }

    /// Refuses any schema but this build's.
    func requireCurrent() throws(LedgerFailure) {
        switch self {
        case .current: return
        case .empty: throw Self.unsuitable("the database has no ledger")
        case .older(let step):
            throw Self.unsuitable(
                "the database is older than this build: it lacks \"\(step)\"; run `tradewind migrate-schema` with the address of its owner"
            )
        case .newer(let step):
            throw Self.unsuitable(
                "the database is newer than this build: it has the migration \"\(step)\"; use a newer build"
            )
        case .foreign(let tables):
            throw Self.unsuitable(
                "the database has tables that are not a shop's (\(tables)); give the shop a database of its own"
            )
        }
    }

    /// The failure of a role that may not make or alter the tables, although that is needed.
    func unmigrated(by role: String) -> LedgerFailure {
        let what =
            if case .older(let step) = self {
                "the database is older than this build: it lacks \"\(step)\""
            } else {
                "the database has no tables yet"
            }
        return Self.unsuitable(
            "\(what), and the role \(role) may not alter it; run `tradewind migrate-schema --runtime-role \(role)` with the address of its owner"
        )
    }

    fileprivate static func noRights(_ role: String, on table: String? = nil) -> LedgerFailure {
        unsuitable(
            """
            the role \(role) may not use \(table.map { "the table \($0)" } ?? "the ledger"); \
            run `tradewind migrate-schema --runtime-role \(role)` with the address of its owner
            """
        )
    }

    static func unsuitable(_ detail: String) -> LedgerFailure {
        LedgerFailure(.unsuitable, phase: .begin, retry: .never, detail: detail)
    }
}

/// What the role of a connection may do.
struct PostgresRights: Hashable, Sendable {
    /// The role.
    let role: String
    /// Whether it may make and alter the ledger's tables.
    let mayAlter: Bool

    /// The tables whose rows a server reads and writes.
    static let tables = LedgerTables.schemas.map(\.name) + ["turns"]
    /// What a server does with them.
    static let privileges = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    /// Asks, in one round trip.
    init(_ connection: PostgresConnection) throws(LedgerFailure) {
        let found = try connection.run(
            """
            SELECT current_user::text,
                (coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AND coalesce((SELECT
                    pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('migrations')), true))::int
            """,
            phase: .begin
        )
        var columns = found.columns(of: 0)
        (role, mayAlter) = (columns.text() ?? "", columns.flag() ?? false)
    }

    /// Refuses a role that cannot do a server's work.
    func requireRows(_ connection: PostgresConnection) throws(LedgerFailure) {
        let tests = Self.privileges.map { "has_table_privilege(to_regclass(name), '\($0)')" }
        let found = try connection.run(
            """
            SELECT min(name) FROM unnest(\(Self.array(Self.tables))) AS t(name)
            WHERE NOT coalesce(\(tests.joined(separator: " AND ")), false)
            """,
            phase: .begin
        )
        var columns = found.columns(of: 0)
        if let table = columns.text() { throw PostgresStanding.noRights(role, on: table) }
    }

    /// Names of this program's own as an array in SQL.
    static func array(_ names: [String]) -> String {
        "ARRAY[\(names.map { "'\($0)'" }.joined(separator: ", "))]::text[]"
    }
}
