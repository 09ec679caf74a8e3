import Foundation
import Ledger
import Trading

/// What a PostgreSQL server says about how safe a ledger is there.
public struct PostgresFacts: Hashable, Sendable {
    /// The server's version in words.
    public var version = ""
    /// `fsync`: whether anything is written to the disk before it is acknowledged.
    public var syncs = true
    /// `full_page_writes`: whether a page that was written in part can be repaired.
    public var writesFullPages = true
    /// `synchronous_commit`, for new sessions of this role.
    public var synchronousCommit = "on"
    /// `synchronous_standby_names`; empty where no standby is waited for.
    public var standbyNames = ""
    /// Standbys that follow at this moment, and how many of them a commit waits for.
    public var standbys: (all: Int64, synchronous: Int64) { (allStandbys, synchronousStandbys) }
    var allStandbys: Int64 = 0
    var synchronousStandbys: Int64 = 0
    /// Whether pages have checksums.
    public var hasChecksums = true
    /// `archive_mode` and the number of files that could not be archived since the last success.
    public var isArchiving = true
    /// Whether the last attempt to archive the log failed.
    public var archiveFails = false
    /// Whether the session is encrypted; nil over a local socket.
    public var isEncrypted: Bool? = true
    /// Whether the role may do anything.
    public var isSuperuser = false
    /// Whether the role may alter the ledger's tables.
    public var mayAlter = false
    /// Whether the role may see how standbys follow.
    public var seesStandbys = true
    /// Connections that the server takes, without those that it keeps for superusers, and those that it has.
    public var connectionsMax: Int64 = 100
    /// Connections of others, at this moment.
    public var connectionsUsed: Int64 = 0
    /// The isolation that sessions begin with.
    public var isolation = "read committed"
    /// How far the server's clock is ahead of this machine's, in milliseconds; less than the answer took is no difference.
    public var clockAheadMs: Int64 = 0
    /// The schema's standing: nil where it is this build's.
    public var schema: String?

    /// Asks a server, in a few round trips.
    ///
    /// - Throws: the failure to connect or to read.
    public init(_ settings: PostgresSettings) throws(LedgerFailure) {
        let connection = try PostgresConnection(settings, .migrate)
        try readSettings(connection)
        try readState(connection)
        mayAlter = try PostgresRights(connection).mayAlter
        try readClock(connection)
        do throws(LedgerFailure) {
            try PostgresStanding(connection).requireCurrent()
        } catch {
            schema = error.detail
        }
    }

    init() {}

    private mutating func readSettings(_ connection: PostgresConnection) throws(LedgerFailure) {
        let names = [
            "server_version", "fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names",
            "data_checksums",
            "archive_mode", "archive_command", "archive_library", "max_connections", "superuser_reserved_connections",
            "default_transaction_isolation",
        ]
        // A name that a release does not know is null.
        let list = names.map { "current_setting('\($0)', true)" }.joined(separator: ", ")
        let found = try connection.run("SELECT \(list)", phase: .load)
        var columns = found.columns(of: 0)
        let values = Dictionary(uniqueKeysWithValues: names.map { ($0, columns.text() ?? "") })
        version = values["server_version"] ?? ""
        syncs = values["fsync"] == "on"
        writesFullPages = values["full_page_writes"] == "on"
        synchronousCommit = values["synchronous_commit"] ?? ""
        standbyNames = values["synchronous_standby_names"] ?? ""
        hasChecksums = values["data_checksums"] == "on"
        let archives = [values["archive_command"], values["archive_library"]].contains {
            !["", "(disabled)", nil].contains($0)
        }
        isArchiving = values["archive_mode"] != "off" && archives
        let (most, reserved) = (values["max_connections"], values["superuser_reserved_connections"])
        connectionsMax = (most.flatMap { Int64($0) } ?? 0) - (reserved.flatMap { Int64($0) } ?? 0)
        isolation = values["default_transaction_isolation"] ?? ""
    }

    private mutating func readState(_ connection: PostgresConnection) throws(LedgerFailure) {
        let found = try connection.run(
            """
            SELECT
                (SELECT count(*) FROM pg_stat_replication WHERE coalesce(state, 'streaming') = 'streaming'),
                (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')),
                (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND usesysid IS NOT NULL),
                (SELECT rolsuper::int FROM pg_roles WHERE rolname = current_user),
                pg_has_role('pg_read_all_stats', 'USAGE')::int,
                (SELECT (last_failed_time > coalesce(last_archived_time, '-infinity'))::int FROM pg_stat_archiver),
                (SELECT CASE WHEN inet_client_addr() IS NULL THEN NULL ELSE ssl::int END
                    FROM pg_stat_ssl WHERE pid = pg_backend_pid())
            """,
            phase: .load
        )
        var columns = found.columns(of: 0)
        allStandbys = columns.integer() ?? 0
        synchronousStandbys = columns.integer() ?? 0
        connectionsUsed = columns.integer() ?? 0
        isSuperuser = columns.flag() ?? false
        seesStandbys = columns.flag() ?? false
        archiveFails = columns.flag() ?? false
        isEncrypted = columns.flag()
    }

    private mutating func readClock(_ connection: PostgresConnection) throws(LedgerFailure) {
        // The second answer comes without the preparation of the first.
        let question = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
        _ = try connection.run(question, phase: .load)
        let asked = Timestamp.now.milliseconds
        let found = try connection.run(question, phase: .load)
        let answered = Timestamp.now.milliseconds
        var columns = found.columns(of: 0)
        guard let server = columns.integer() else { return }
        // The server read its clock at some time in between.
        clockAheadMs = server < asked ? server - asked : max(0, server - answered)
    }
}
