// The ledger in one SQLite file. The committer's thread owns one connection that writes; two threads with a connection each read;
// a fourth moves the write-ahead log into the file beside the committer, because a checkpoint on the committing thread stalls all
// commands. A commit is on disk when it returns: WAL with `synchronous=FULL`, read back after it is set and refused otherwise.

import CGatheredLog
import CSQLite
import Foundation
import Ledger
import Synchronization
import Trading

/// Settings of the SQLite engine.
public struct SQLiteSettings: Hashable, Sendable {
    /// The database file.
    public var path: String
    /// How long a writer waits for another process.
    public var busyMilliseconds: Int32
    /// Threads that read.
    public var readers: Int
    /// Page cache of each connection, in KiB.
    public var cacheKibibytes: Int
    /// The size of the log from which on the committer itself helps to shorten it, in bytes.
    public var walBytes: Int64
    /// How often the log is moved into the file.
    public var checkpointInterval: Duration
    /// Where the changes of each turn are written for the archive; nil for a shop without one.
    public var journal: ChangeJournalSettings?
    /// For drills: how much longer every sync of a log takes, in the whole process.
    public var syncDelayMilliseconds: Int32

    /// Settings for a file, with the defaults of the settings table.
    public init(
        path: String,
        busyMilliseconds: Int32 = 5000,
        readers: Int = 2,
        cacheKibibytes: Int = 16_384,
        walBytes: Int64 = 256 << 20,
        checkpointInterval: Duration = .milliseconds(20),
        journal: ChangeJournalSettings? = nil,
        syncDelayMilliseconds: Int32 = 0
    ) {
        self.path = path
        self.busyMilliseconds = busyMilliseconds
        self.readers = readers
        self.cacheKibibytes = cacheKibibytes
        self.walBytes = walBytes
        self.checkpointInterval = checkpointInterval
        self.journal = journal
        self.syncDelayMilliseconds = syncDelayMilliseconds
    }
}

/// A ledger in one SQLite file; several processes may open the same file.
public final class SQLiteEngine: LedgerEngine {
    private let settings: SQLiteSettings
    private let readers: ReaderThreads<SQLiteConnection>
    private let checkpointer: Checkpointer

    /// Opens the file, creates or migrates its schema, and starts the reading threads.
    ///
    /// Blocks its thread.
    ///
    /// - Throws: a failure that says what is wrong with the file: corrupt, newer than this release, not writable.
    public init(_ settings: SQLiteSettings) throws(LedgerFailure) {
        self.settings = settings
        if settings.syncDelayMilliseconds > 0 { tradewind_delay_syncs(settings.syncDelayMilliseconds) }
        let first = try Self.openWriter(settings)
        try Self.check(first)
        if try !Migration.isCurrent(first) {
            let turnstile = WriterTurnstile(
                path: settings.path,
                patience: .milliseconds(settings.busyMilliseconds)
            )
            turnstile.enter()
            defer { turnstile.leave() }
            try Migration.run(on: first)
        }
        try SearchRefold(settings).run(on: first)
        readers = try ReaderThreads(count: settings.readers) { () throws(LedgerFailure) in
            let connection = try SQLiteConnection(
                path: settings.path,
                mode: .read,
                busyMilliseconds: settings.busyMilliseconds
            )
            try connection.execute(
                "PRAGMA query_only = ON; PRAGMA cache_size = -\(settings.cacheKibibytes / 4)",
                phase: .begin
            )
            return connection
        }
        checkpointer = Checkpointer(settings)
    }

    /// Opens the writing connection on the calling thread.
    public func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        try SQLiteWriter(Self.openWriter(settings), settings: settings)
    }

    /// Reads on one of the engine's threads, in one transaction.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await readers.read(body)
    }

    /// Checks every page and every row's form, and for a full check every index against its table.
    public func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        try await readers.structureErrors(check)
    }

    /// Ends the engine's threads.
    ///
    /// The checkpointer's connection is the last, once the writer is gone too: closing it moves the log into the file.
    public func close() async {
        readers.stop()
        checkpointer.stop()
    }

    private static func openWriter(_ settings: SQLiteSettings) throws(LedgerFailure) -> SQLiteConnection {
        let connection = try SQLiteConnection(
            path: settings.path,
            mode: .commit,
            busyMilliseconds: settings.busyMilliseconds
        )
        try connection.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
            PRAGMA cache_size = -\(settings.cacheKibibytes); PRAGMA foreign_keys = ON;
            PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = \(settings.walBytes)
            """,
            phase: .begin
        )
        let mode = try connection.text("PRAGMA journal_mode", phase: .begin)
        let synchronous = try connection.integer("PRAGMA synchronous", phase: .begin)
        guard mode == "wal", synchronous == 2 else {
            throw LedgerFailure(
                .io,
                phase: .begin,
                retry: .never,
                detail:
                    "the file does not take WAL with synchronous=FULL (it has \(mode ?? "?") and \(synchronous ?? -1))"
            )
        }
        return connection
    }

    /// A look at the file's structure that does not grow with the file.
    private static func check(_ connection: SQLiteConnection) throws(LedgerFailure) {
        _ = try connection.integer("SELECT count(*) FROM sqlite_schema", phase: .begin)
    }
}

extension SQLiteConnection {
    /// Reads one row by its key.
    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        let statement = try select(R.selection)
        var parameters = statement.parameters
        key.write(to: &parameters)
        defer { statement.reset() }
        guard try statement.step(phase: .load) else { return nil }
        return try decode(statement)
    }

    func decode<R: RowPart>(_ statement: SQLiteStatement) throws(LedgerFailure) -> R {
        var columns = statement.columns
        guard let row = R(from: &columns) else {
            throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "a row of \(R.selection.tableName)")
        }
        return row
    }
}
