// Group commit. One thread owns the writer. It takes all waiting commands (without waiting for more), decides them one after
// another on the working set, saves the changes, commits once, and only then answers. While a batch commits, new commands queue:
// load is absorbed by larger batches, and one sync of the disk serves hundreds of orders. Where the sync is a separate step, the
// next batch is decided meanwhile.
//
// Commands of workers are patient, since no person waits for them. They wait a few milliseconds for other commands before they
// begin a batch of their own, and take a small share of batches with urgent commands. So under overload the work that follows an
// order yields to the next order; and since patience is limited, it does get done.

import Foundation
import Synchronization
import Trading

/// Limits of the committer.
public struct CommitterBounds: Hashable, Sendable {
    /// The most commands of either kind, patient or urgent, in one transaction.
    public var maxBatch: Int
    /// The most waiting commands; further ones are refused at once.
    public var maxQueue: Int
    /// Rows of each hot table (products, stock) that stay in memory between batches.
    public var keepRows: Int
    /// How long a patient command waits for other commands.
    public var patience = Duration.milliseconds(5)
    /// How long a patient command yields to urgent ones.
    public var greatestPatience = Duration.milliseconds(250)

    /// Limits; the settings table shows these defaults.
    public init(maxBatch: Int = 512, maxQueue: Int = 16_384, keepRows: Int = 16_384) {
        self.maxBatch = maxBatch
        self.maxQueue = maxQueue
        self.keepRows = keepRows
    }
}

/// What a committer knows of an absence of its store: a server that is away, or does not answer for seconds.
public struct StoreAbsence: Sendable {
    /// Why commands wait for it now; nil where it is back.
    public let failure: LedgerFailure?
    /// When it was last known to be away.
    public let at: ContinuousClock.Instant

    /// An absence.
    public init(failure: LedgerFailure?, at: ContinuousClock.Instant) {
        self.failure = failure
        self.at = at
    }
}

/// Decides commands in groups and makes them durable.
///
/// Thread-safe.
public final class Committer: Sendable {
    private struct Queue {
        /// Commands with a waiting client.
        var urgent: [CommitJob] = []
        /// Commands of workers, with the time of their arrival.
        var patient: [(job: CommitJob, since: ContinuousClock.Instant)] = []
        /// Commands that are committed and not durable yet.
        var syncing = 0
        /// Whether the thread sleeps.
        var isIdle = false
        var isClosed = false
        /// Why commits cannot be made durable any more.
        var failure: LedgerFailure?
        var absence: StoreAbsence?

        var count: Int { urgent.count + patient.count }

        /// Whether there are enough urgent commands for a batch: while a sync is under way, several are needed.
        var hasBatch: Bool { urgent.count >= (syncing == 0 ? 1 : Committer.minimumBatch) }

        /// Whether the thread must be woken; marks it as awake if so.
        mutating func needsWake(for isDue: Bool) -> Bool {
            guard isIdle, isDue else { return false }
            isIdle = false
            return true
        }
    }

    /// A batch with urgent commands takes one patient command for this many urgent ones.
    public static let urgentForEachPatient = 8

    /// The least number of urgent commands for a batch while a sync is under way, for which they would have to wait anyway.
    public static let minimumBatch = 32

    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let bounds: CommitterBounds

    /// Opens the engine's writer on a thread of its own and begins to accept commands.
    ///
    /// Blocks until the writer is open.
    ///
    /// - Parameters:
    ///   - clock: the time, read once for each batch, on the committer's thread.
    ///   - random: makes the source of ids.
    ///   - observer: called with each durable batch, in order, before its commands are answered; on the committer's or the
    ///     syncer's thread, must not block.
    ///   - onLost: called when a sync has failed. From then on commands are refused: the state on the disk is only known after it
    ///     is opened again.
    /// - Throws: the engine's failure to open; it may be tried again.
    public init(
        engine: any LedgerEngine,
        bounds: CommitterBounds = CommitterBounds(),
        clock: @escaping @Sendable () -> Timestamp = { .now },
        random: @escaping @Sendable () -> any RandomNumberGenerator = { SystemRandom() },
        observer: @escaping @Sendable (CommittedBatch) -> Void = { _ in },
        onLost: @escaping @Sendable (LedgerFailure) -> Void = { _ in }
    ) throws(LedgerFailure) {
        self.bounds = bounds
        let opened = Mutex<Result<Void, LedgerFailure>?>(nil)
        let isOpen = DispatchSemaphore(value: 0)
        let keepRows = bounds.keepRows
        let thread = Thread { [self] in
            do throws(LedgerFailure) {
                let runner = try BatchRunner(engine: engine, keepRows: keepRows, clock: clock, random: random()) {
                    [self] failure in queue.withLock { $0.absence = StoreAbsence(failure: failure, at: .now) }
                }
                opened.withLock { $0 = .success(()) }
                isOpen.signal()
                run(runner, observer: observer, onLost: onLost)
            } catch {
                opened.withLock { $0 = .failure(error) }
                isOpen.signal()
            }
            finished.signal()
        }
        thread.name = "committer"
        thread.stackSize = 8 << 20
        thread.start()
        isOpen.wait()
        if case .failure(let failure) = opened.withLock({ $0 }) { throw failure }
    }

    /// Commands waiting now, for their batch or for its sync.
    public var waiting: Int { queue.withLock { $0.count + $0.syncing } }

    /// The last time that commands waited for a store that was away; nil where it never was.
    public var absence: StoreAbsence? { queue.withLock(\.absence) }

    /// Decides a command on the committer's thread and returns once it is durable.
    ///
    /// - Parameters:
    ///   - fence: a lease that must still be held.
    ///   - deadline: when the caller stops waiting; a command whose batch begins later is dropped.
    ///   - isPatient: whether it may wait a little to be committed with others.
    /// - Throws: a refusal of the rules, or a failure with its retry class: `safe` means that nothing happened, `unknownOutcome`
    ///   that it may have.
    public func submit<C: Command>(
        _ command: C,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil,
        isPatient: Bool = false
    ) async throws(CommitError<C.Refusal>) -> Committed<C.Outcome> {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<CommitResult<C>, Never>) in
            let job = CommitJob(command, fence: fence, deadline: deadline) { continuation.resume(returning: $0) }
            enqueue(job, isPatient: isPatient)
        }
        return try result.get()
    }

    /// Decides a command once, however often its request is sent, and returns once it is durable.
    ///
    /// - Parameters:
    ///   - key: identifies the request; the same key with the same body gives the first outcome again.
    ///   - deadline: when the caller stops waiting; a command whose batch begins later is dropped.
    /// - Throws: a refusal of the rules, a reused key, or a failure with its retry class; with a key the request may be repeated
    ///   after an unknown outcome too.
    public func submit<C: IdempotentCommand>(
        _ command: C,
        key: IdempotencyKey?,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(CommitError<C.Refusal>) -> Committed<C.Outcome> {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<CommitResult<C>, Never>) in
            let job = CommitJob(command, key: key, deadline: deadline) { continuation.resume(returning: $0) }
            enqueue(job, isPatient: false)
        }
        return try result.get()
    }

    /// Refuses new commands, finishes the waiting ones, and closes the writer.
    ///
    /// Blocks until the thread has ended; must not be called on the cooperative pool.
    public func close() {
        let wakes = queue.withLock { queue in
            queue.isClosed = true
            return queue.needsWake(for: true)
        }
        if wakes { wake.signal() }
        finished.wait()
        finished.signal()
    }

    private func enqueue(_ job: CommitJob, isPatient: Bool) {
        enum Admission {
            case waiting
            case first
            case refused(LedgerFailure.Code)
        }
        let since = isPatient ? ContinuousClock.now : nil
        let admission = queue.withLock { queue -> Admission in
            if queue.failure != nil { return .refused(.io) }
            if queue.isClosed { return .refused(.closed) }
            guard queue.count + queue.syncing < bounds.maxQueue else { return .refused(.overloaded) }
            if let since {
                queue.patient.append((job, since))
                // Only the first patient command wakes the thread, so that it sleeps no longer than its patience.
                return queue.needsWake(for: queue.patient.count == 1 && queue.syncing == 0) ? .first : .waiting
            }
            queue.urgent.append(job)
            return queue.needsWake(for: queue.hasBatch) ? .first : .waiting
        }
        switch admission {
        case .waiting: break
        case .first: wake.signal()
        case .refused(let code): job.fail(LedgerFailure(code, phase: .queue, retry: .safe))
        }
    }

    // MARK: The thread

    private enum Turn {
        case batch([CommitJob])
        case sleep(until: ContinuousClock.Instant?)
        case end
    }

    /// Commits batches until it is closed, and passes them on to the syncer if the sync is a separate step.
    private func run(
        _ runner: BatchRunner,
        observer: @escaping @Sendable (CommittedBatch) -> Void,
        onLost: @escaping @Sendable (LedgerFailure) -> Void
    ) {
        guard let sync = runner.sync else {
            while let batch = nextBatch() { runner.run(batch, observer: observer) }
            return
        }
        let syncer = LogSyncer(sync: sync, observer: observer) { [self] count, failure in
            synced(count, failure)
            if let failure { onLost(failure) }
        }
        while let batch = nextBatch() {
            let decided = runner.commit(batch)
            let count = decided.reduce(0) { $0 + $1.completions.count }
            guard count > 0 else { continue }
            queue.withLock { $0.syncing += count }
            syncer.add(decided)
        }
        syncer.close()
    }

    /// This many commands are durable, or lost.
    private func synced(_ count: Int, _ failure: LedgerFailure?) {
        let (wakes, refused) = queue.withLock { queue -> (Bool, [CommitJob]) in
            queue.syncing -= count
            var refused: [CommitJob] = []
            if let failure {
                queue.failure = queue.failure ?? failure
                refused = queue.urgent + queue.patient.map(\.job)
                queue.urgent = []
                queue.patient = []
            }
            return (queue.needsWake(for: queue.syncing == 0 && (queue.count > 0 || queue.isClosed)), refused)
        }
        if wakes { wake.signal() }
        for job in refused { job.fail(LedgerFailure(.io, phase: .queue, retry: .safe)) }
    }

    /// Waits for commands; nil once it is closed and none wait.
    private func nextBatch() -> [CommitJob]? {
        while true {
            // The wait may have timed out.
            let next = queue.withLock { queue in
                queue.isIdle = false
                return turn(&queue)
            }
            switch next {
            case .batch(let batch): return batch
            case .end: return nil
            case .sleep(nil): wake.wait()
            case .sleep(let until?):
                let left = max(0, ContinuousClock.now.duration(to: until) / .nanoseconds(1))
                // A timeout is handled like a wake-up: the queue is checked in both cases.
                _ = wake.wait(timeout: .now() + .nanoseconds(Int(left)))
            }
        }
    }

    private func turn(_ queue: inout Queue) -> Turn {
        guard queue.count > 0 else {
            if queue.isClosed { return .end }
            queue.isIdle = true
            return .sleep(until: nil)
        }
        if queue.syncing > 0, !queue.hasBatch, !queue.isClosed {
            queue.isIdle = true
            return .sleep(until: nil)
        }
        var share = 0
        if let oldest = queue.patient.first?.since {
            let waited = oldest.duration(to: .now)
            let isOver = queue.isClosed || waited >= (queue.urgent.isEmpty ? bounds.patience : bounds.greatestPatience)
            let alongside = (queue.urgent.count + Self.urgentForEachPatient - 1) / Self.urgentForEachPatient
            share = isOver ? bounds.maxBatch : alongside
            if queue.urgent.isEmpty, !isOver {
                queue.isIdle = true
                return .sleep(until: oldest + bounds.patience)
            }
        }
        var batch: [CommitJob] = []
        if queue.urgent.count <= bounds.maxBatch {
            batch.reserveCapacity(queue.urgent.count + min(share, queue.patient.count))
            swap(&batch, &queue.urgent)
        } else {
            batch = Array(queue.urgent.prefix(bounds.maxBatch))
            queue.urgent.removeFirst(bounds.maxBatch)
        }
        batch.append(contentsOf: queue.patient.prefix(share).map(\.job))
        queue.patient.removeFirst(min(share, queue.patient.count))
        return .batch(batch)
    }
}
