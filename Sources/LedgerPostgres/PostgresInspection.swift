import Ledger
import Synchronization

/// A ledger in a PostgreSQL database opened for inspection: nothing is written or migrated; other processes may use it.
public final class PostgresInspection: LedgerEngine {
    private let readers: ReaderThreads<PostgresReader>

    /// Connects.
    ///
    /// - Parameter check: is given the secret of the shop that the database holds, and refuses another one.
    /// - Throws: a failure where the database cannot be reached, has no ledger, or has another release's schema.
    public init(
        _ settings: PostgresSettings,
        expecting check: ([UInt8]?) throws(LedgerFailure) -> Void = { _ in }
    ) throws(LedgerFailure) {
        let pool = PostgresPool(settings.patient)
        let connection = try pool.connect(.read)
        try PostgresStanding(connection).requireCurrent()
        try check(PostgresStanding.secret(connection))
        readers = try ReaderThreads(count: 1) { () throws(LedgerFailure) in try PostgresReader(pool) }
    }

    /// Refuses: an inspection only reads.
    public func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        throw LedgerFailure(.closed, phase: .begin, retry: .never, detail: "opened for reading only")
    }

    /// Reads on the inspection's own thread, in one transaction.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await readers.read(body)
    }

    /// Reads every value, and for a full check compares each index with its table.
    public func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        try await readers.read { reader throws(LedgerFailure) in try reader.structureErrors(check) }
    }

    /// Ends the thread.
    public func close() async { readers.stop() }
}

/// A check of a PostgreSQL database for damage, on a connection of its own.
public final class PostgresCheck: Sendable {
    private let settings: PostgresSettings
    private let isStopped = Atomic(false)

    /// A check of a database.
    public init(_ settings: PostgresSettings) {
        self.settings = settings
    }

    /// Ends the check.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Checks on the calling thread.
    ///
    /// - Returns: what is wrong, in the server's words; empty where all is sound.
    /// - Throws: a failure where it could not be checked, or was stopped.
    public func run(_ check: StructureCheck) throws(LedgerFailure) -> [String] {
        isStopped.store(false, ordering: .relaxed)
        let reader = try PostgresReader(PostgresPool(settings.patient))
        try reader.interrupt { [self] in isStopped.load(ordering: .relaxed) }
        return try reader.reading { reader throws(LedgerFailure) in try reader.structureErrors(check) }
    }
}
