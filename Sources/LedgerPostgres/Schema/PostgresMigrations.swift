// The schema's history on PostgreSQL. It begins with all tables as SQLite's history had left them at the step of the same name; from there
// on both have the same steps. A step is one transaction; a step first expands, and superfluous parts are dropped a release later.

import Ledger

/// One step of the schema's history.
struct PostgresMigration: Sendable {
    let name: String
    let statements: [String]

    /// A step of statements that end with a semicolon at the end of a line.
    init(name: String, sql: String) {
        self.name = name
        statements = (sql + "\n").split(separator: ";\n").map(String.init)
    }

    /// Every step in order, never changed once released.
    static let all: [PostgresMigration] = [.tables]
}

extension PostgresMigration {
    /// The names of the steps that a database has; nil where it has no ledger.
    static func applied(_ connection: PostgresConnection) throws(LedgerFailure) -> Set<String>? {
        let found = try connection.run("SELECT to_regclass('migrations')::text", phase: .begin)
        var columns = found.columns(of: 0)
        guard columns.text() != nil else { return nil }
        let rows = try connection.run("SELECT name FROM migrations", phase: .begin)
        return Set(
            (0..<rows.count).compactMap { row in
                var columns = rows.columns(of: row)
                return columns.text()
            }
        )
    }

    /// Whether a database has this build's schema.
    ///
    /// - Throws: a failure where it is newer than this build.
    static func isCurrent(_ connection: PostgresConnection) throws(LedgerFailure) -> Bool {
        guard let applied = try applied(connection) else { return false }
        try refuseNewer(applied)
        return applied.count == all.count
    }

    /// Looks whether a database has this build's schema.
    ///
    /// - Throws: a failure where it has another one, or no ledger.
    static func requireCurrent(_ connection: PostgresConnection) throws(LedgerFailure) {
        guard let applied = try applied(connection) else {
            throw LedgerFailure(.corrupt, phase: .begin, retry: .never, detail: "the database has no ledger")
        }
        try refuseNewer(applied)
        guard applied.count == all.count else {
            throw LedgerFailure(
                .corrupt,
                phase: .begin,
                retry: .never,
                detail: "the database is older than this build; start the server once to migrate it"
            )
        }
    }

    /// Brings a database up to this build's schema; processes that try at once wait for each other.
    ///
    /// - Throws: a failure for a newer database, a role without rights, or of the server; a failed step leaves nothing behind.
    static func run(on connection: PostgresConnection) throws(LedgerFailure) {
        _ = try connection.run("SELECT pg_advisory_lock(\(PostgresLock.schema))", phase: .begin)
        if try applied(connection) == nil {
            try connection.execute(
                ["CREATE TABLE migrations (name text COLLATE \"C\" PRIMARY KEY, applied_at bigint NOT NULL)"],
                phase: .begin
            )
        }
        let applied = try applied(connection) ?? []
        try refuseNewer(applied)
        for step in all where !applied.contains(step.name) {
            let note = "INSERT INTO migrations VALUES ('\(step.name)', extract(epoch FROM clock_timestamp())::bigint)"
            try connection.execute(["BEGIN"] + step.statements + [note, "COMMIT"], phase: .begin)
        }
        _ = try connection.run("SELECT pg_advisory_unlock(\(PostgresLock.schema))", phase: .begin)
    }

    private static func refuseNewer(_ applied: Set<String>) throws(LedgerFailure) {
        if let name = applied.subtracting(all.map(\.name)).max() {
            throw LedgerFailure(
                .corrupt,
                phase: .begin,
                retry: .never,
                detail: "the database is newer than this build: it has the migration \"\(name)\"; use a newer build"
            )
        }
    }
}
