// What a store must do to be a ledger engine: let one writer of a shop have its turn, give the rows that a batch names, take those that it
// changed, and make them durable together; and answer reads from a consistent snapshot beside that. Everything else (rules,
// batching, idempotency, events, tasks, leases) is above it and the same for every engine.

import Trading

/// A store of the ledger.
public protocol LedgerEngine: Sendable {
    /// Opens the one writer of this process; called once, on the committer's thread, which owns it from then on.
    func makeWriter() throws(LedgerFailure) -> any LedgerWriter

    /// Runs `body` on a consistent snapshot that includes every commit acknowledged before the call.
    ///
    /// The body runs on a thread of the engine's own, never on the cooperative pool; it must not wait for anything else.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value

    /// What is wrong with the structure of the store, in the engine's own words, at most 100 of it; empty where it was looked at and is sound.
    ///
    /// Cost: reads the whole store.
    func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String]

    /// Finishes what is under way and lets go of the store.
    func close() async
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
/// A batch takes four steps, so many round trips as an engine needs for a step and no more: ``begin()``, ``load(_:)``, ``save(_:)`` and
/// ``commit(_:)``. After a failure ``rollback()`` comes next.
public protocol LedgerWriter: AnyObject {
    /// Waits for the turn to write, which one writer of a shop has at a time, and opens a transaction.
    ///
    /// - Returns: the turn that was committed last, by whichever writer; nil where none ever was.
    func begin() throws(LedgerFailure) -> LedgerTurn?
    /// Gives the columns that are asked for of the rows with these keys as of now, for each table of those that there are, in any order.
    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns]
    /// Rows that meet a query as of now, in its order; what the batch has changed and not saved is not among them.
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R]
    /// Takes out, changes and adds rows, in this order for each table; a row that is changed must be there, one that is added must not.
    func save(_ changes: [TableChanges]) throws(LedgerFailure)
    /// Makes everything since ``begin()`` visible to all, and durable unless there is a ``sync``, and the turn with it.
    ///
    /// - Throws: a failure that says whether it may have happened all the same.
    func commit(_ turn: LedgerTurn) throws(LedgerFailure)
    /// Forgets everything since ``begin()``, and lets the next writer have its turn.
    func rollback()
    /// The last turn that a writer committed, asked within a turn; nil where there is none, or it was long ago.
    func lastTurn(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn?
    /// Makes every commit that was made before the call durable, of whatever process; nil where each is by itself.
    ///
    /// It may run on any thread, beside the next transaction, but only once at a time.
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? { get }
}
