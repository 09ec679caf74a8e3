// Group commit. One thread owns the writer. It takes whatever commands are waiting (never waits for more), decides them one
// after another on the working set, saves what changed, commits once, and only then answers. While a batch commits, arrivals
// queue: load is absorbed by larger batches, and one sync of the disk serves hundreds of orders.
//
// Commands of workers, for which nobody waits at a screen, are patient: they begin no batch of their own until they have waited for
// a few milliseconds, and ride along with whatever comes before. So what happens after an order costs the next one no batch.

import Foundation
import Synchronization
import Trading

/// Bounds of the committer.
public struct CommitterBounds: Hashable, Sendable {
    /// The most commands in one transaction.
    public var maxBatch: Int
    /// The most commands waiting; more are refused at once.
    public var maxQueue: Int
    /// Rows of each hot table (products, stock) that stay in memory between batches.
    public var keepRows: Int

    /// Bounds, with the defaults that the settings table shows.
    public init(maxBatch: Int = 512, maxQueue: Int = 8192, keepRows: Int = 65_536) {
        self.maxBatch = maxBatch
        self.maxQueue = maxQueue
        self.keepRows = keepRows
    }
}

/// Decides commands in groups and makes them durable.
public final class Committer: Sendable {
    private struct Queue {
        var jobs: [CommitJob] = []
        /// When a batch of patient jobs alone begins; nil where none wait.
        var patienceEnds: ContinuousClock.Instant?
        /// Whether a job waits for which somebody waits.
        var hasUrgent = false
        /// Whether the thread sleeps.
        var isIdle = false
        var isClosed = false

        /// Whether there is a batch to begin now.
        func isDue(at now: ContinuousClock.Instant) -> Bool {
            hasUrgent || isClosed || patienceEnds.map { $0 <= now } ?? false
        }
    }

    /// How long a patient command waits for company.
    public static let patience = Duration.milliseconds(5)

    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let bounds: CommitterBounds

    /// Opens the engine's writer on a thread of its own and starts to take commands.
    ///
    /// - Parameters:
    ///   - clock: the time, read once for each batch.
    ///   - random: makes the source of ids.
    ///   - observer: hears of each batch once it is durable, on the committer's thread, before anyone is answered.
    /// - Throws: the engine's failure to open.
    public init(
        engine: any LedgerEngine,
        bounds: CommitterBounds = CommitterBounds(),
        clock: @escaping @Sendable () -> Timestamp = { .now },
        random: @escaping @Sendable () -> any RandomNumberGenerator = { SystemRandom() },
        observer: @escaping @Sendable (CommittedBatch) -> Void = { _ in }
    ) throws(LedgerFailure) {
        self.bounds = bounds
        let opened = Mutex<Result<Void, LedgerFailure>?>(nil)
        let isOpen = DispatchSemaphore(value: 0)
        let keepRows = bounds.keepRows
        let thread = Thread { [self] in
            do throws(LedgerFailure) {
                let runner = try BatchRunner(
                    engine: engine,
                    keepRows: keepRows,
                    clock: clock,
                    random: random(),
                    observer: observer
                )
                opened.withLock { $0 = .success(()) }
                isOpen.signal()
                while let batch = nextBatch() { runner.commit(batch) }
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

    /// Commands waiting now.
    public var waiting: Int { queue.withLock { $0.jobs.count } }

    /// Decides a command and answers once it is durable.
    ///
    /// - Parameters:
    ///   - key: names the request; the same key with the same body gives the first outcome again.
    ///   - fence: a lease that must still be held.
    ///   - deadline: after which nobody waits for the answer any more; a command whose turn comes later is dropped.
    ///   - isPatient: whether it may wait a little for others to be committed with.
    /// - Throws: a refusal of the rules, a reused key, or a failure with its retry class.
    public func submit<C: Command>(
        _ command: C,
        key: IdempotencyKey? = nil,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil,
        isPatient: Bool = false
    ) async throws(CommitError<C.Refusal>) -> Committed<C.Outcome> {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Committed<C.Outcome>, CommitError<C.Refusal>>, Never>) in
            enqueue(
                CommitJob(command, key: key, fence: fence, deadline: deadline) { continuation.resume(returning: $0) },
                isPatient: isPatient
            )
        }
        return try result.get()
    }

    /// Takes no more commands, finishes those that wait, and closes the writer.
    ///
    /// Blocks until the thread has ended: call it from a thread that may wait.
    public func close() {
        let wasIdle = queue.withLock { queue in
            queue.isClosed = true
            defer { queue.isIdle = false }
            return queue.isIdle
        }
        if wasIdle { wake.signal() }
        finished.wait()
        finished.signal()
    }

    private func enqueue(_ job: CommitJob, isPatient: Bool) {
        enum Admission {
            case waiting
            case first
            case refused(LedgerFailure.Code)
        }
        let now = isPatient ? ContinuousClock.now : nil
        let admission = queue.withLock { queue -> Admission in
            if queue.isClosed { return .refused(.closed) }
            guard queue.jobs.count < bounds.maxQueue else { return .refused(.overloaded) }
            queue.jobs.append(job)
            if let now {
                guard queue.patienceEnds == nil, !queue.hasUrgent else { return .waiting }
                queue.patienceEnds = now + Self.patience
            } else {
                queue.hasUrgent = true
            }
            // The thread is woken to begin, or to sleep no longer than the patience that has just begun.
            defer { queue.isIdle = false }
            return queue.isIdle ? .first : .waiting
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

    /// Waits for commands; nil once it is closed and nothing waits.
    private func nextBatch() -> [CommitJob]? {
        while true {
            switch queue.withLock({ turn(&$0) }) {
            case .batch(let batch): return batch
            case .end: return nil
            case .sleep(nil): wake.wait()
            case .sleep(let until?):
                let left = max(0, ContinuousClock.now.duration(to: until) / .nanoseconds(1))
                // A sleep that ends by itself is as good as one that is ended: the queue is looked at either way.
                _ = wake.wait(timeout: .now() + .nanoseconds(Int(left)))
            }
        }
    }

    private func turn(_ queue: inout Queue) -> Turn {
        guard !queue.jobs.isEmpty else {
            queue.isIdle = !queue.isClosed
            return queue.isClosed ? .end : .sleep(until: nil)
        }
        guard queue.isDue(at: .now) else {
            queue.isIdle = true
            return .sleep(until: queue.patienceEnds)
        }
        queue.isIdle = false
        guard queue.jobs.count > bounds.maxBatch else {
            var batch: [CommitJob] = []
            batch.reserveCapacity(queue.jobs.count)
            swap(&batch, &queue.jobs)
            queue.hasUrgent = false
            queue.patienceEnds = nil
            return .batch(batch)
        }
        // What is left over waits for no company: it has it.
        let batch = Array(queue.jobs.prefix(bounds.maxBatch))
        queue.jobs.removeFirst(bounds.maxBatch)
        queue.hasUrgent = true
        return .batch(batch)
    }
}
