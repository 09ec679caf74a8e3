// Every read and every batch of a shop's ledger passes here. An engine that says that its store is damaged is believed at once: the
// ledger is marked, and from then on no change is accepted, in no process. What reads is let through and fails by itself where it
// meets the damage; so does what changes nothing, such as a request that repeats an earlier one.

import Ledger
import Synchronization
import Trading

/// A ledger whose damage is noticed, and which is only read from then on.
public final class GuardedLedger: LedgerEngine {
    private let engine: any LedgerEngine
    /// The mark that all processes see.
    public let damage: LedgerDamage
    private let state = Mutex(State())

    private struct State {
        /// The finding of this process, which counts even if the mark could not be written.
        var finding: DamageFinding?
        var isSuspect = false
        var moved: String?
    }

    init(_ engine: any LedgerEngine, damage: LedgerDamage) {
        self.engine = engine
        self.damage = damage
    }

    /// The engine's own.
    public func commits() -> AsyncStream<Void>? { engine.commits() }

    /// Whether changes are refused.
    ///
    /// Cost: one system call.
    public var isDamaged: Bool { damage.isMarked || state.withLock { $0.finding != nil } }

    /// The first finding; nil where the ledger is sound as far as is known.
    public var finding: DamageFinding? { damage.read() ?? state.withLock(\.finding) }

    /// Why this ledger is not the shop's, in words, as of the last turn that this process took; nil where it is.
    public var moved: String? { state.withLock(\.moved) }

    fileprivate func note(moved words: String?) { state.withLock { $0.moved = words } }

    /// Marks the ledger; where the mark cannot be written, this process at least refuses changes.
    ///
    /// Blocks its thread while the disk syncs, but only for the first finding.
    public func record(_ finding: DamageFinding) {
        guard !damage.isMarked else { return }
        do throws(LedgerFailure) {
            if !damage.isMarked { try damage.record(finding) }
            state.withLock { $0.finding = nil }
        } catch {
            state.withLock { $0.finding = $0.finding ?? finding }
        }
    }

    /// Writes the mark if it could not be written before.
    public func recordAgain() {
        if let finding = state.withLock(\.finding) { record(finding) }
    }

    /// Whether the store contradicted the rules since the last call: a reason to check it now.
    public func takeSuspicion() -> Bool {
        state.withLock { state in
            defer { state.isSuspect = false }
            return state.isSuspect
        }
    }

    /// Notices a failure that tells something about the store.
    func note(_ failure: LedgerFailure) {
        switch failure.code {
        case .corrupt: record(DamageFinding(at: .now, by: .use, failure.detail))
        case .contradicted: state.withLock { $0.isSuspect = true }
        default: break
        }
    }

    // MARK: The engine

    /// Opens the engine's writer, which refuses changes while the ledger is damaged.
    public func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        GuardedWriter(try engine.makeWriter(), of: self)
    }

    /// Reads as the engine does.
    ///
    /// Only what the store itself says is noticed: the body may fail by what it reads elsewhere, such as in the archive.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await engine.read { [self] (view) throws(LedgerFailure) in try body(GuardedView(view, of: self)) }
    }

    /// Checks as the engine does, on a thread that reads.
    public func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        try await engine.structureErrors(check)
    }

    /// Closes the engine.
    public func close() async { await engine.close() }
}

/// A snapshot of a guarded ledger.
private final class GuardedView: LedgerView {
    private let view: any LedgerView
    private let ledger: GuardedLedger

    init(_ view: any LedgerView, of ledger: GuardedLedger) {
        self.view = view
        self.ledger = ledger
    }

    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        try noting { () throws(LedgerFailure) in try view.row(type, key) }
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try noting { () throws(LedgerFailure) in try view.rows(query) }
    }

    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit] {
        try noting { () throws(LedgerFailure) in try view.searchProducts(query, after: hit) }
    }

    private func noting<Value>(_ read: () throws(LedgerFailure) -> Value) throws(LedgerFailure) -> Value {
        do throws(LedgerFailure) {
            return try read()
        } catch {
            ledger.note(error)
            throw error
        }
    }
}

/// The writer of a guarded ledger.
private final class GuardedWriter: LedgerWriter {
    private let writer: any LedgerWriter
    private let ledger: GuardedLedger

    init(_ writer: any LedgerWriter, of ledger: GuardedLedger) {
        self.writer = writer
        self.ledger = ledger
    }

    var time: Timestamp? { writer.time }
    var absence: Duration { writer.absence }

    func begin() throws(LedgerFailure) -> LedgerTurn? {
        let newest = try writer.begin()
        try note(newest)
        return newest
    }

    func begin(loading keys: [TableKeys]) throws(LedgerFailure) -> (newest: LedgerTurn?, rows: [RowColumns]) {
        let begun = try writer.begin(loading: keys)
        try note(begun.newest)
        return begun
    }

    private func note(_ newest: LedgerTurn?) throws(LedgerFailure) {
        switch newest?.mark {
        case nil: ledger.note(moved: nil)
        case .arriving: ledger.note(moved: "a shop is being moved here, and is not complete")
        case .left: ledger.note(moved: try Departure.read(writer)?.description ?? "the shop was moved to another place")
        }
    }

    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns] { try writer.load(keys) }
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] { try writer.rows(query) }

    /// Called within the turn, so no other process changes anything between this look and the commit.
    func save(_ changes: [TableChanges]) throws(LedgerFailure) {
        if let words = ledger.moved { throw LedgerFailure(.moved, phase: .save, retry: .safe, detail: words) }
        guard !ledger.isDamaged else {
            let words = ledger.finding?.description ?? ""
            throw LedgerFailure(.damaged, phase: .save, retry: .safe, detail: words)
        }
        try writer.save(changes)
    }

    func commit(_ turn: LedgerTurn) throws(LedgerFailure) { try writer.commit(turn) }
    func confirm() throws(LedgerFailure) { try writer.confirm() }
    func rollback() { writer.rollback() }

    func failed(_ failure: LedgerFailure) {
        ledger.note(failure)
        writer.failed(failure)
    }

    func lastTurn(of other: Bits128) throws(LedgerFailure) -> LedgerTurn? { try writer.lastTurn(of: other) }
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? { writer.sync }
}
