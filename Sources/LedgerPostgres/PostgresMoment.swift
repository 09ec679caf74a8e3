// A backup of a database is proved by comparing it with the shop at one and the same moment. A moment is taken while nobody has the turn to write: what a
// snapshot then sees is what a recovery up to that position of the log makes.

import Ledger
import Trading

/// The rows of a table, counted and added up in whatever order.
public struct PostgresDigest: Hashable, Sendable {
    /// The table.
    public let table: String
    /// How many rows it has.
    public let rows: Int64
    /// The sum of hashes of all rows.
    let sum: String
}

/// What a database holds at a moment between two turns.
public struct PostgresMoment: Sendable {
    /// The position in the server's log behind everything that it holds.
    public let position: String
    /// The last turn and its time; nil before the first.
    public let turn: (number: Int64, at: Timestamp)?
    /// Every table of the shop.
    public let tables: [PostgresDigest]
    /// How long ago a file of the log was archived last, in milliseconds; nil where none was.
    public let archiveAge: Int64?

    /// Takes a moment of a shop that runs, or of one at rest.
    ///
    /// Writers wait for three round trips, and not while the tables are read. Blocks its thread.
    ///
    /// - Throws: the failure to read; `busy` where the turn could not be taken in time.
    public init(_ settings: PostgresSettings) throws(LedgerFailure) {
        let writer = try PostgresConnection(settings, .write)
        let reader = try PostgresConnection(settings.patient, .read)
        try writer.execute(["BEGIN", "SELECT pg_advisory_xact_lock(\(PostgresLock.turn))"], phase: .begin)
        // The first statement takes the snapshot.
        try reader.execute(["BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "SELECT 1"], phase: .load)
        let told = try writer.run(
            """
            SELECT pg_current_wal_insert_lsn()::text,
                (SELECT (extract(epoch FROM clock_timestamp() - last_archived_time) * 1000)::bigint FROM pg_stat_archiver)
            """,
            phase: .load
        )
        var columns = told.columns(of: 0)
        (position, archiveAge) = (columns.text() ?? "", columns.integer())
        // A recovery sees that it has come to the position by what is behind it.
        try writer.execute(["SELECT pg_logical_emit_message(true, 'tradewind', '')", "COMMIT"], phase: .commit)
        turn = try PostgresExtent.turn(reader)
        tables = try Self.digests(reader)
    }

    private static func digests(_ connection: PostgresConnection) throws(LedgerFailure) -> [PostgresDigest] {
        var digests: [PostgresDigest] = []
        for table in PostgresRights.tables + ["migrations"] {
            let found = try connection.run(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM \(table) t",
                phase: .load
            )
            var columns = found.columns(of: 0)
            guard let rows = columns.integer(), let sum = columns.text() else { continue }
            digests.append(PostgresDigest(table: table, rows: rows, sum: sum))
        }
        return digests
    }

    /// In which tables two databases differ, in words; empty where they hold the same.
    ///
    /// - Parameter restored: what a backup was restored to.
    public func differences(from restored: PostgresMoment) -> [String] {
        tables.compactMap { table in
            let other = restored.tables.first { $0.table == table.table }
            guard other != table else { return nil }
            return
                "\(table.table): the database has \(table.rows) rows, the backup restores \(other?.rows ?? 0), and they differ"
        }
    }
}

/// How far a database has come.
public struct PostgresExtent: Hashable, Sendable {
    /// The last turn.
    public let turn: Int64
    /// Its time.
    public let at: Timestamp
    /// The last event of the feed; 0 before the first.
    public let event: Int64
    /// How many orders there are.
    public let orders: Int64
    /// The newest epoch of the feed.
    public let epoch: Int64
    /// The size in bytes.
    public let bytes: Int64

    /// Reads it; blocks its thread.
    ///
    /// - Throws: the failure to read, or that there was no turn yet.
    public init(_ settings: PostgresSettings) throws(LedgerFailure) {
        let connection = try PostgresConnection(settings.patient, .read)
        guard let last = try Self.turn(connection) else {
            throw LedgerFailure(.unsuitable, phase: .load, retry: .never, detail: "the database has no turn")
        }
        let found = try connection.run(
            """
            SELECT (SELECT coalesce(max(seq), 0) FROM events), (SELECT count(*) FROM orders),
                (SELECT coalesce(max(epoch), 0) FROM restores), pg_database_size(current_database())
            """,
            phase: .load
        )
        var columns = found.columns(of: 0)
        (turn, at) = last
        (event, orders) = (columns.integer() ?? 0, columns.integer() ?? 0)
        (epoch, bytes) = (columns.integer() ?? 0, columns.integer() ?? 0)
    }

    static func turn(_ connection: PostgresConnection) throws(LedgerFailure) -> (number: Int64, at: Timestamp)? {
        let found = try connection.run("SELECT number, at FROM turns ORDER BY number DESC LIMIT 1", phase: .load)
        guard found.count == 1 else { return nil }
        var columns = found.columns(of: 0)
        guard let number = columns.integer(), let at = columns.time() else { return nil }
        return (number, at)
    }

    /// The server's transaction that added an event, and the time of its turn; nil where there is no such event.
    ///
    /// Rows of events are never changed, so the row itself names the transaction.
    public static func transaction(
        of event: Int64,
        _ settings: PostgresSettings
    ) throws(LedgerFailure) -> (id: String, at: Timestamp)? {
        var parameters = PostgresParameters()
        parameters.integer(event)
        let found = try PostgresConnection(settings, .read)
            .run("SELECT xmin::text, at FROM events WHERE seq = $1", parameters, phase: .load)
        guard found.count == 1 else { return nil }
        var columns = found.columns(of: 0)
        guard let id = columns.text(), let at = columns.time() else { return nil }
        return (id, at)
    }
}
