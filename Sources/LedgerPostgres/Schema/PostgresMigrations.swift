// The schema's history on PostgreSQL. It begins with all tables as SQLite's history had left them at the step of the same name; from there
// on both have the same steps. A step is one transaction. Servers of the release before go on while it runs and after it (docs/postgres.md,
// "Migrations"): a step first expands, superfluous parts are dropped a release later, no step waits for its lock for long, since everybody who
// comes after it waits behind it, and a step changes one table that servers use: with two, it and a server could wait for each other.

import Foundation
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

/// How a change of the schema waits for its locks.
struct MigrationPatience: Sendable {
    /// How long one attempt waits for a lock, in milliseconds: for as long a shop may stand still.
    var lockTimeouts: ClosedRange<Int> = 750...2000
    /// How often it is tried again.
    var retries = 10
    /// How long it leaves the shop alone between attempts, in milliseconds, once for each attempt made.
    var pauses: ClosedRange<Int> = 100...500
    /// How long it waits for another process that changes the schema, in milliseconds.
    var others = 60_000
}

extension PostgresMigration {
    private static let history =
        "CREATE TABLE IF NOT EXISTS migrations (name text COLLATE \"C\" PRIMARY KEY, applied_at bigint NOT NULL)"

    /// Brings a database up to this build's schema; processes that try at once wait for each other.
    ///
    /// Blocks its thread; there is no bound on how long a step takes.
    ///
    /// - Parameter tell: is told each step that was done, and each attempt that did not get its locks.
    /// - Throws: a failure for a newer database, one of something else, a role without rights, or of the server; a failed step leaves nothing
    ///   behind.
    static func run(
        _ settings: PostgresSettings,
        steps: [PostgresMigration] = all,
        patience: MigrationPatience = MigrationPatience(),
        tell: (String) -> Void = { _ in }
    ) throws(LedgerFailure) {
        // The lock on the schema ends with the connection.
        let connection = try PostgresConnection(settings.patient, .migrate)
        try lock(connection, patience)
        while true {
            let standing = try PostgresStanding(connection, steps: steps)
            let next: String?
            switch standing {
            case .current: return
            case .empty: next = steps.first?.name
            case .older(let lacking): next = lacking
            case .newer, .foreign: return try standing.requireCurrent()
            }
            guard let step = steps.first(where: { $0.name == next }) else { return }
            let begun = ContinuousClock.now
            try apply(step, after: standing == .empty ? [history] : [], connection, patience, tell)
            tell("applied \"\(step.name)\" in \(begun.duration(to: .now).wholeMilliseconds) ms")
        }
    }

    private static func lock(_ connection: PostgresConnection, _ patience: MigrationPatience) throws(LedgerFailure) {
        do throws(LedgerFailure) {
            try connection.execute(["SET lock_timeout = \(patience.others)"], phase: .begin)
            _ = try connection.run("SELECT pg_advisory_lock(\(PostgresLock.schema))", phase: .begin)
        } catch {
            guard error.code == .busy else { throw error }
            throw LedgerFailure(
                .busy,
                phase: .begin,
                retry: .safe,
                detail: "another process has been changing the schema for \(patience.others) ms"
            )
        }
    }

    /// Does one step, as often as it takes to get its locks.
    private static func apply(
        _ step: PostgresMigration,
        after first: [String],
        _ connection: PostgresConnection,
        _ patience: MigrationPatience,
        _ tell: (String) -> Void
    ) throws(LedgerFailure) {
        let note = "INSERT INTO migrations VALUES ('\(step.name)', extract(epoch FROM clock_timestamp())::bigint)"
        for attempt in 1... {
            let timeout = Int.random(in: patience.lockTimeouts)
            let begin = ["BEGIN", "SET LOCAL lock_timeout = \(timeout)"]
            do throws(LedgerFailure) {
                return try connection.execute(begin + first + step.statements + [note, "COMMIT"], phase: .begin)
            } catch {
                guard error.code == .busy else { throw error }
                try connection.execute(["ROLLBACK"], phase: .begin)
                guard attempt <= patience.retries else {
                    throw LedgerFailure(
                        .busy,
                        phase: .begin,
                        retry: .safe,
                        detail: """
                            "\(step.name)" did not get its locks in \(attempt) attempts, and nothing of it was done; \
                            look in pg_stat_activity for a long transaction, end it, and try again
                            """
                    )
                }
                tell("attempt \(attempt) of \"\(step.name)\" did not get its locks in \(timeout) ms")
            }
            usleep(UInt32(Int.random(in: patience.pauses) * attempt * 1000))
        }
    }
}
