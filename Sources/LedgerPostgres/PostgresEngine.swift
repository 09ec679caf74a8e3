// The ledger in a PostgreSQL database, for any number of processes on any number of machines. One connection writes, in turns with all other
// writers of the shop; a few read. All of them are given up together where one finds that the server is gone, and made anew.

import Foundation
import Ledger
import Trading

/// A ledger in a PostgreSQL database.
public final class PostgresEngine: LedgerEngine {
    let settings: PostgresSettings
    private let pool: PostgresPool
    private let readers: ReaderThreads<PostgresReader>

    /// Connects, brings the schema up to this build where that is needed and the role may, and starts the reading threads.
    ///
    /// Blocks its thread.
    ///
    /// - Parameter check: is given the secret of the shop that the database holds, nil where there is none yet, before anything is changed;
    ///   it refuses another shop's.
    /// - Throws: a failure that says what is wrong: not reachable, too old, newer than this build, without rights, not a shop's.
    public init(
        _ settings: PostgresSettings,
        expecting check: ([UInt8]?) throws(LedgerFailure) -> Void = { _ in }
    ) throws(LedgerFailure) {
        self.settings = settings
        try Self.prepare(settings, check)
        let pool = PostgresPool(settings)
        self.pool = pool
        readers = try ReaderThreads(count: settings.readers) { () throws(LedgerFailure) in try PostgresReader(pool) }
    }

    /// Connects the writer on the calling thread.
    public func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        try PostgresWriter(settings, pool: pool)
    }

    /// Reads on one of the engine's threads, in one transaction.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await readers.read(body)
    }

    /// Listens for commits on a connection and a thread of its own.
    public func commits() -> AsyncStream<Void>? { PostgresListener.commits(pool) }

    /// Ends the reading threads.
    public func close() async { readers.stop() }

    private static func prepare(
        _ settings: PostgresSettings,
        _ check: ([UInt8]?) throws(LedgerFailure) -> Void
    ) throws(LedgerFailure) {
        let connection = try PostgresConnection(settings, .migrate)
        let standing = try PostgresStanding(connection)
        let rights = try PostgresRights(connection)
        switch standing {
        case .current:
            try rights.requireRows(connection)
            try check(PostgresStanding.secret(connection))
        case .empty, .older:
            guard rights.mayAlter else { throw standing.unmigrated(by: rights.role) }
            try check(standing == .empty ? nil : PostgresStanding.secret(connection))
            try PostgresMigration.run(settings)
        case .newer, .foreign: try standing.requireCurrent()
        }
    }
}
