// The role of servers may read and write rows, and nothing else: it makes, alters and drops nothing, so neither a mistake in a server nor somebody
// who took one over does. The tables belong to another role, with which `tradewind migrate-schema` runs.

import Ledger

/// The rights of a runtime role.
struct PostgresGrants {
    private let connection: PostgresConnection
    private let role: String

    /// Rights on tables with which the schema could be altered, or all rows of a table removed.
    private static let superfluous = ["TRUNCATE", "REFERENCES", "TRIGGER"]

    private init(_ role: String, _ connection: PostgresConnection) {
        self.role = role
        self.connection = connection
    }

    /// The roles that were given rights before: those that may add a turn.
    ///
    /// Who may only read is somebody else, such as a report.
    static func roles(_ connection: PostgresConnection) throws(LedgerFailure) -> [String] {
        let found = try connection.run(
            """
            SELECT DISTINCT pg_get_userbyid(grantee)::text FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = to_regclass('turns') AND privilege_type = 'INSERT' AND grantee NOT IN (0, relowner) ORDER BY 1
            """,
            phase: .begin
        )
        return (0..<found.count).compactMap { row in
            var columns = found.columns(of: row)
            return columns.text()
        }
    }

    /// Gives a role exactly what a server needs.
    ///
    /// - Parameter tell: is told what was given and taken.
    /// - Throws: a failure where there is no such role, or where it could alter the schema all the same.
    static func give(
        to role: String,
        _ connection: PostgresConnection,
        tell: (String) -> Void
    ) throws(LedgerFailure) {
        let grants = PostgresGrants(role, connection)
        try grants.requireHarmless()
        let changes = try grants.changes()
        if !changes.isEmpty {
            try connection.execute(["BEGIN"] + changes.map(\.sql) + ["COMMIT"], phase: .begin)
            for change in changes { tell("\(role): \(change.words)") }
        }
        if let left = try grants.changes().first {
            throw PostgresStanding.unsuitable(
                "this is not for the database's owner to do: \(left.words), for the role \(role); a superuser does it with \(left.sql)"
            )
        }
    }

    /// Refuses a role that could alter the schema whatever it is granted.
    private func requireHarmless() throws(LedgerFailure) {
        let found = try ask(
            """
            SELECT rolsuper::int, pg_get_userbyid(owner)::text, (rolname = pg_get_userbyid(owner))::int,
                pg_has_role(r.oid, owner, 'MEMBER')::int
            FROM pg_roles r, (SELECT relowner AS owner FROM pg_class WHERE oid = to_regclass('migrations')) AS history
            WHERE rolname = $1
            """
        )
        guard found.count == 1 else { throw PostgresStanding.unsuitable("there is no role \(role)") }
        var columns = found.columns(of: 0)
        let (isSuperuser, owner) = (columns.flag() ?? true, columns.text() ?? "")
        let (owns, isMember) = (columns.flag() ?? true, columns.flag() ?? true)
        if isSuperuser {
            throw PostgresStanding.unsuitable("the role \(role) is a superuser; make another: CREATE ROLE NAME LOGIN")
        }
        if owns {
            throw PostgresStanding.unsuitable(
                "the role \(role) owns the tables; a superuser gives them to another with REASSIGN OWNED BY \(quoted) TO OWNER"
            )
        }
        if isMember {
            throw PostgresStanding.unsuitable(
                "the role \(role) is a member of \(owner), which owns the tables; REVOKE \(Self.quoted(owner)) FROM \(quoted)"
            )
        }
    }

    private typealias GrantChange = (sql: String, words: String)

    /// What is to be given and taken.
    private func changes() throws(LedgerFailure) -> [GrantChange] { try ofDatabase() + ofTables() }

    private func ofDatabase() throws(LedgerFailure) -> [GrantChange] {
        let found = try ask(
            """
            SELECT current_schema()::text, current_database()::text,
                has_database_privilege($1::name, current_database(), 'CONNECT')::int,
                has_schema_privilege($1::name, current_schema(), 'USAGE')::int,
                has_schema_privilege($1::name, current_schema(), 'CREATE')::int
            """
        )
        var columns = found.columns(of: 0)
        let (schema, database) = (Self.quoted(columns.text() ?? ""), Self.quoted(columns.text() ?? ""))
        let (connects, uses, creates) = (columns.flag() ?? false, columns.flag() ?? false, columns.flag() ?? true)
        var changes: [GrantChange] = []
        if !connects { changes.append(("GRANT CONNECT ON DATABASE \(database) TO \(quoted)", "may connect")) }
        if !uses { changes.append(("GRANT USAGE ON SCHEMA \(schema) TO \(quoted)", "may use the schema")) }
        if creates {
            changes.append(
                ("REVOKE CREATE ON SCHEMA \(schema) FROM PUBLIC, \(quoted)", "may make nothing in the schema any more")
            )
        }
        return changes
    }

    private func ofTables() throws(LedgerFailure) -> [GrantChange] {
        let (rows, history) = (PostgresRights.tables, ["migrations"])
        var changes: [GrantChange] = []
        let lacking = try tables(of: rows, with: PostgresRights.privileges, held: false)
        if !lacking.isEmpty {
            let all = PostgresRights.privileges.joined(separator: ", ")
            changes.append(("GRANT \(all) ON \(list(lacking)) TO \(quoted)", "\(all) on \(lacking.count) tables"))
        }
        if try !tables(of: history, with: ["SELECT"], held: false).isEmpty {
            changes.append(("GRANT SELECT ON migrations TO \(quoted)", "SELECT on the history of the schema"))
        }
        let risky = try tables(of: rows + history, with: Self.superfluous, held: true)
        if !risky.isEmpty {
            let all = Self.superfluous.joined(separator: ", ")
            changes.append(
                (
                    "REVOKE \(all) ON \(list(risky)) FROM PUBLIC, \(quoted)",
                    "no \(all) on \(risky.count) tables any more"
                )
            )
        }
        let writes = Array(PostgresRights.privileges.dropFirst())
        if try !tables(of: history, with: writes, held: true).isEmpty {
            let all = writes.joined(separator: ", ")
            changes.append(
                (
                    "REVOKE \(all) ON migrations FROM PUBLIC, \(quoted)",
                    "no \(all) on the history of the schema any more"
                )
            )
        }
        return changes
    }

    /// Those tables of which the role has one of these rights, or lacks one.
    private func tables(of tables: [String], with rights: [String], held: Bool) throws(LedgerFailure) -> [String] {
        let found = try ask(
            """
            SELECT DISTINCT t.name FROM unnest(\(PostgresRights.array(tables))) AS t(name),
                unnest(\(PostgresRights.array(rights))) AS r(name)
            WHERE has_table_privilege($1::name, to_regclass(t.name), r.name) = \(held) ORDER BY 1
            """
        )
        return (0..<found.count).compactMap { row in
            var columns = found.columns(of: row)
            return columns.text()
        }
    }

    private func ask(_ sql: String) throws(LedgerFailure) -> PostgresResult {
        var parameters = PostgresParameters()
        parameters.text(role)
        return try connection.run(sql, parameters, phase: .begin)
    }

    private func list(_ tables: [String]) -> String { tables.joined(separator: ", ") }

    private var quoted: String { Self.quoted(role) }

    private static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
