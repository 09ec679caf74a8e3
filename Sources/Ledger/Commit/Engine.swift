// The requirements of a ledger engine: let one writer of a shop have its turn, return the rows that a batch names, save the rows
// that it changed, and make them durable together; and answer reads from a consistent snapshot meanwhile. Everything else (rules,
// batching, idempotency, events, tasks, leases) is above it and the same for every engine.

import Trading

/// A store of the ledger.
public protocol LedgerEngine: Sendable {
    /// Opens the one writer of this process; called once, on the committer's thread, which owns it from then on.
    ///
    /// - Throws: the failure to open; it may be tried again.
    func makeWriter() throws(LedgerFailure) -> any LedgerWriter

    /// Runs `body` on a consistent snapshot that includes every commit acknowledged before the call.
    ///
    /// The body runs on a thread of the engine's own, never on the cooperative pool; it must not wait for anything else. Cost:
    /// one transaction, and a round trip for each function of the view.
    ///
    /// - Throws: the failure of the snapshot or of `body`; a read may always be tried again.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value

    /// Yields soon after anyone has committed something, in this process or in another; nil where the store does not tell.
    ///
    /// It may yield without a reason, and several commits may be told as one. For one reader, until that one is cancelled.
    func commits() -> AsyncStream<Void>?

    /// What is wrong with the structure of the store, in the engine's own words, at most 100 of it; empty where it was looked at and is sound.
    ///
    /// Cost: reads the whole store.
    func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String]

    /// Finishes the reads under way and closes the store.
    ///
    /// To be called after the writer is closed.
    func close() async
}

extension LedgerEngine {
    /// Nil: most stores do not tell.
    public func commits() -> AsyncStream<Void>? { nil }
}

/// How thoroughly an engine looks at the structure of its store.
public enum StructureCheck: String, Hashable, Sendable, CaseIterable {
    /// Whether everything can be read.
    case quick
    /// That, and every index against its table; several times slower.
    case full
}

/// The writing side of an engine, confined to one thread.
///
/// A batch takes four steps, each of as few round trips as the engine needs: ``begin()``, ``load(_:)``, ``save(_:)`` and
/// ``commit(_:)``. After a failure ``rollback()`` must be called next.
public protocol LedgerWriter: AnyObject {
    /// Waits for the turn to write, which only one writer of a shop has at a time, and opens a transaction.
    ///
    /// Blocks the thread for as long as the engine's settings allow.
    ///
    /// - Returns: the turn that was committed last, by any writer; nil where there was none.
    /// - Throws: a failure with the retry class `safe` where the turn did not come in time, or the store is away.
    func begin() throws(LedgerFailure) -> LedgerTurn?

    /// Waits for the turn and loads rows in it, as ``begin()`` and ``load(_:)`` do one after the other.
    func begin(loading keys: [TableKeys]) throws(LedgerFailure) -> (newest: LedgerTurn?, rows: [RowColumns])
    /// The store's own time in this turn; nil where the time is the process's.
    ///
    /// Read after ``begin()``.
    var time: Timestamp? { get }
    /// How long the store may be away (a failure with that code) before the commands that wait for it are failed.
    var absence: Duration { get }
    /// Gives the columns that are asked for of the rows with these keys as of now, for each table of those that there are, in any order.
    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns]
    /// Rows that meet a query as of now, in its order; what the batch has changed and not saved is not among them.
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R]
    /// Deletes, updates and inserts rows, in this order for each table; a row to update must exist, one to insert must not.
    ///
    /// - Throws: a failure; nothing is visible to other readers, so the batch may be tried again.
    func save(_ changes: [TableChanges]) throws(LedgerFailure)
    /// Makes all changes since ``begin()`` visible to all, together with the turn, and durable unless there is a ``sync``.
    ///
    /// - Throws: a failure whose retry class says whether the commit may have happened: `unknownOutcome` has to be resolved by
    ///   ``lastTurn(of:)``.
    func commit(_ turn: LedgerTurn) throws(LedgerFailure)
    /// Ends a turn that changed nothing, once what was read in it is as durable as what is committed: a request that is repeated is answered
    /// by it.
    ///
    /// - Throws: a failure with the retry class `safe`.
    func confirm() throws(LedgerFailure)
    /// Discards all changes since ``begin()``, and ends the turn.
    ///
    /// Has no effect outside a turn.
    func rollback()
    /// Learns why a batch failed, after its changes were discarded.
    ///
    /// Also called for a row of the store that could be loaded and not understood, which the writer itself does not notice.
    func failed(_ failure: LedgerFailure)
    /// The last turn that a writer committed; to be called within a turn.
    ///
    /// Nil where there is none, or it is too old to be kept.
    func lastTurn(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn?
    /// Makes every earlier commit durable, of any process; nil where each commit is durable by itself.
    ///
    /// It may run on any thread, beside the next transaction, but only once at a time. Blocks the thread. After it has thrown,
    /// the state on the disk is unknown: it must not be tried again.
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? { get }
}

extension LedgerWriter {
    /// A store in the same machine has no other clock.
    public var time: Timestamp? { nil }

    /// Begins, and then loads.
    public func begin(loading keys: [TableKeys]) throws(LedgerFailure) -> (newest: LedgerTurn?, rows: [RowColumns]) {
        let newest = try begin()
        return (newest, keys.isEmpty ? [] : try load(keys))
    }

    /// A store in the same machine is not away.
    public var absence: Duration { .zero }

    /// Most writers know already.
    public func failed(_ failure: LedgerFailure) {}
}
