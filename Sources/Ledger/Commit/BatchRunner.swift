// Runs one batch after another: begin, load, decide, save, commit, and once that is durable, notify and answer. It has no thread
// and no queue of its own, so that the committer and a simulation run the same steps.

import Foundation
import Trading

/// The changes of one batch, passed to observers in order, before any of its commands is answered.
public struct CommittedBatch: Sendable {
    /// New events, in order.
    public let events: [EventRow]
    /// New movements, in order.
    public let movements: [MovementRow]
    /// Changed products, as they are now.
    public let products: [ProductRow]
    /// Deleted products.
    public let deletedProducts: [SKU]
    /// The shop's locations, if they changed.
    public let locations: [Location]?
    /// The number of decided commands.
    public let commands: Int
    /// The time from the start of the batch until it was durable, in seconds.
    public internal(set) var seconds: Double
    /// The time of its commit and sync, in seconds.
    public internal(set) var commitSeconds = 0.0
}

/// A decided batch; its commands are answered once it is durable.
struct DecidedBatch: Sendable {
    /// Its changes; nil where nothing was changed.
    let changes: CommittedBatch?
    let completions: [CommitJob.Completion]
    /// When its commit began.
    let saved: ContinuousClock.Instant

    /// Answers the commands: the batch is durable, or has failed.
    func finish(_ failure: LedgerFailure?, telling observer: (CommittedBatch) -> Void) {
        if failure == nil, var changes {
            let waited = (ContinuousClock.now - saved).seconds
            changes.seconds += waited
            changes.commitSeconds = waited
            observer(changes)
        }
        for completion in completions { completion.answer(failure) }
    }
}

/// Owns the writer of a process, and runs batches of commands on it; confined to one thread.
///
/// Cost of a batch: ``LedgerWriter/begin(loading:)``, one save, one commit, and a load for rows to which others lead, for those of
/// before that are not current any more, and for each row that no command named.
package final class BatchRunner {
    private let writer: any LedgerWriter
    private let set: WorkingSet
    private let clock: () -> Timestamp
    /// Told why commands wait for the store, and nil once one was waited for.
    private let onAbsence: (LedgerFailure?) -> Void
    private var isAway = false
    /// Identifies this writer in its turns.
    private let identity: Bits128
    /// The turn after which the kept rows were current.
    private var kept: LedgerTurn?
    /// Whether they still were, the last time.
    private var wasKept = false

    /// How long the outcome of an unknown commit is looked up, at least.
    private static let resolveTime = Duration.seconds(5)
    /// How long it takes until a store that was away is tried again.
    private static let retryMicroseconds: UInt32 = 50_000
    /// How long the steps of a batch may take in a store that may be away.
    private static let stallTime = Duration.seconds(2)

    /// Opens the engine's writer on the calling thread.
    ///
    /// - Parameters:
    ///   - keepRows: rows of each hot table that stay in memory between batches.
    ///   - clock: the time, read once for each batch, after its turn has begun.
    ///   - random: the source of ids.
    ///   - onAbsence: told why commands wait for a store that is away, whenever a turn cannot begin for that; and nil once one has begun
    ///     again, or a batch has waited for the store for so long that it was as good as away.
    /// - Throws: the engine's failure to open; it may be tried again.
    package init(
        engine: any LedgerEngine,
        keepRows: Int,
        clock: @escaping () -> Timestamp,
        random: any RandomNumberGenerator,
        onAbsence: @escaping (LedgerFailure?) -> Void = { _ in }
    ) throws(LedgerFailure) {
        writer = try engine.makeWriter()
        var system = SystemRandomNumberGenerator()
        identity = Bits128(high: system.next(), low: system.next())
        set = WorkingSet(random: random, keepLimit: keepRows)
        self.clock = clock
        self.onAbsence = onAbsence
    }

    /// Makes all earlier commits durable; nil where each commit is durable by itself.
    var sync: (@Sendable () throws(LedgerFailure) -> Void)? { writer.sync }

    /// Decides commands one after another, makes them durable together, and answers each.
    ///
    /// - Parameter observer: called with the changes once they are durable, before any command is answered.
    package func run(_ batch: [CommitJob], observer: (CommittedBatch) -> Void) {
        for decided in commit(batch) {
            do throws(LedgerFailure) {
                try sync?()
                decided.finish(nil, telling: observer)
            } catch {
                decided.finish(error, telling: observer)
            }
        }
    }

    /// Decides commands one after another and commits them together.
    ///
    /// Commands that acknowledge nothing, such as refused ones, are answered at once; the others must be answered after a
    /// ``sync``.
    func commit(_ batch: [CommitJob]) -> [DecidedBatch] {
        let started = ContinuousClock.now
        var live: [CommitJob] = []
        live.reserveCapacity(batch.count)
        for job in batch {
            if let deadline = job.deadline, deadline < started {
                job.fail(LedgerFailure(.deadlineExceeded, phase: .queue, retry: .safe))
            } else {
                live.append(job)
            }
        }
        while !live.isEmpty {
            if let decided = attempt(&live, since: started) { return decided }
            usleep(Self.retryMicroseconds)
        }
        return []
    }

    /// Decides commands and commits them, once.
    ///
    /// - Parameter live: the commands; after nil, those that may wait until the store is back, of which nothing happened.
    /// - Returns: what was decided; nil where the store went away.
    private func attempt(_ live: inout [CommitJob], since started: ContinuousClock.Instant) -> [DecidedBatch]? {
        let begun = ContinuousClock.now
        defer {
            // Such as a commit whose standby was lost.
            if !isAway, writer.absence > .zero, begun.duration(to: .now) > Self.stallTime { onAbsence(nil) }
        }
        guard let turn = begin(for: &live) else {
            kept = nil
            set.end(keeping: false)
            return []
        }
        for job in live { job.prefetchLinked(set) }
        set.loadWanted()
        let completions = live.map { $0.decide(set) }
        do throws(LedgerFailure) {
            if let failure = set.loadFailure { throw failure }
            guard set.hasChanges else {
                if completions.contains(where: \.acknowledges) { try writer.confirm() } else { writer.rollback() }
                kept = turn.before
                set.end(keeping: true)
                return unchanged(completions)
            }
            try set.save(to: writer)
            let saved = ContinuousClock.now
            try commit(turn.own)
            kept = turn.own
            let changes = changes(commands: completions.count, seconds: (saved - started).seconds)
            set.end(keeping: true)
            return [DecidedBatch(changes: changes, completions: completions, saved: saved)]
        } catch {
            writer.rollback()
            kept = nil
            set.end(keeping: false)
            writer.failed(error)
            if isPassing(error) {
                // Nothing happened, so those that may still wait are decided again once the store is back.
                dropThoseOver(&live, error)
                return nil
            }
            guard error.code == .corrupt || error.code == .contradicted, live.count > 1 else {
                for completion in completions { completion.answer(error) }
                return []
            }
            // One command met a row that cannot be read or written. The others are decided again, each in a batch of its own.
            return live.flatMap { commit([$0]) }
        }
    }

    /// A turn that has begun: the newest one before it, and its own.
    private typealias Turn = (before: LedgerTurn?, own: LedgerTurn)

    /// Begins a turn for commands, with the rows that they name; while the store is away, those that waited for less than an absence may
    /// last are kept waiting.
    ///
    /// The rows of the batch before are taken for current where they were so the last time: other writers come singly or all the time.
    ///
    /// - Parameter live: the commands; those that could not be decided are failed and removed, so that none is left where there is no turn.
    private func begin(for live: inout [CommitJob]) -> Turn? {
        let keeps = kept != nil && wasKept
        let wanted = set.plan(keeping: keeps) { set in for job in live { job.prefetch(set) } }
        while !live.isEmpty {
            do throws(LedgerFailure) {
                let (before, rows) = try beginTurn(loading: wanted.keys)
                let own = LedgerTurn.following(before, at: writer.time ?? clock(), writer: identity)
                set.begin(writer, at: own.at, wanted, rows)
                wasKept = kept == before
                if keeps && wasKept { return (before, own) }
                // What commands name may follow from rows that were not there before the turn.
                if keeps { set.restart() }
                for job in live { job.prefetch(set) }
                set.loadWanted()
                return (before, own)
            } catch {
                writer.rollback()
                writer.failed(error)
                dropThoseOver(&live, error)
                if !live.isEmpty { usleep(Self.retryMicroseconds) }
            }
        }
        return nil
    }

    private func beginTurn(
        loading keys: [TableKeys]
    ) throws(LedgerFailure) -> (newest: LedgerTurn?, rows: [RowColumns]) {
        do throws(LedgerFailure) {
            let begun = try writer.begin(loading: keys)
            if isAway { onAbsence(nil) }
            isAway = false
            return begun
        } catch {
            if isPassing(error) {
                isAway = true
                onAbsence(error)
            }
            throw error
        }
    }

    /// Whether a failure, of which nothing happened, may be over soon: commands wait for that, as long as an absence may last.
    ///
    /// A turn does not come in time where its holder waits for a standby, or where somebody else has locked a table.
    private func isPassing(_ failure: LedgerFailure) -> Bool {
        guard failure.retry == .safe else { return false }
        return failure.code == .away || (failure.code == .busy && writer.absence > .zero)
    }

    /// Fails the commands that wait no longer for a store that failed.
    private func dropThoseOver(_ live: inout [CommitJob], _ failure: LedgerFailure) {
        let now = ContinuousClock.now
        let waits: (CommitJob) -> Bool = { [writer, isPassing = isPassing(failure)] job in
            guard isPassing, job.since.duration(to: now) < writer.absence else { return false }
            return job.deadline.map { $0 >= now } ?? true
        }
        for job in live where !waits(job) { job.fail(failure) }
        live.removeAll { !waits($0) }
    }

    /// Commits; where the engine does not know the outcome, the ledger is asked before any command is answered.
    ///
    /// - Throws: the failure; its retry class is `safe` if the commit is known not to have happened.
    private func commit(_ turn: LedgerTurn) throws(LedgerFailure) {
        do throws(LedgerFailure) {
            try writer.commit(turn)
        } catch {
            guard error.retry == .unknownOutcome else { throw error }
            writer.rollback()
            switch isCommitted(turn) {
            case true?: return
            case false?: throw LedgerFailure(error.code, phase: .commit, retry: .safe, detail: error.detail)
            case nil: throw error
            }
        }
    }

    /// Whether a turn of this writer was committed; nil where the ledger cannot be asked.
    ///
    /// A turn is committed completely or not at all, and this writer has no other turn in between: so its last turn decides.
    private func isCommitted(_ turn: LedgerTurn) -> Bool? {
        let deadline = ContinuousClock.now + max(Self.resolveTime, writer.absence)
        repeat {
            defer { writer.rollback() }
            do throws(LedgerFailure) {
                guard let newest = try beginTurn(loading: []).newest, newest.number >= turn.number else { return false }
                return newest == turn ? true : try writer.lastTurn(of: identity) == turn
            } catch {
                guard error.retry == .safe else { return nil }
                usleep(Self.retryMicroseconds)
            }
        } while ContinuousClock.now < deadline
        return nil
    }

    /// Answers refusals at once.
    ///
    /// An earlier result is answered again only after a sync, or once the writer has confirmed it: another process may have committed it a
    /// moment ago.
    private func unchanged(_ completions: [CommitJob.Completion]) -> [DecidedBatch] {
        for completion in completions where !completion.acknowledges { completion.answer(nil) }
        let acknowledging = completions.filter(\.acknowledges)
        guard !acknowledging.isEmpty else { return [] }
        return [DecidedBatch(changes: nil, completions: acknowledging, saved: .now)]
    }

    private func changes(commands: Int, seconds: Double) -> CommittedBatch {
        CommittedBatch(
            events: set.events.rows,
            movements: set.movements.rows,
            products: set.products.changedRows,
            deletedProducts: set.products.deletedKeys,
            locations: set.locations.changedRows.first?.locations,
            commands: commands,
            seconds: seconds
        )
    }
}
