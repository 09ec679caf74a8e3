// Group commit. One thread owns the writer. It takes whatever commands are waiting (never waits for more), decides them one
// after another on the working set, saves what changed, commits once, and only then answers. While a batch commits, arrivals
// queue: load is absorbed by larger batches, and one sync of the disk serves hundreds of orders.

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
        var isIdle = false
        var isClosed = false
    }

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
    /// - Throws: a refusal of the rules, a reused key, or a failure with its retry class.
    public func submit<C: Command>(
        _ command: C,
        key: IdempotencyKey? = nil,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(CommitError<C.Refusal>) -> Committed<C.Outcome> {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Committed<C.Outcome>, CommitError<C.Refusal>>, Never>) in
            enqueue(
                CommitJob(command, key: key, fence: fence, deadline: deadline) { continuation.resume(returning: $0) }
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

    private func enqueue(_ job: CommitJob) {
        enum Admission {
            case waiting
            case first
            case refused(LedgerFailure.Code)
        }
        let admission = queue.withLock { queue -> Admission in
            if queue.isClosed { return .refused(.closed) }
            guard queue.jobs.count < bounds.maxQueue else { return .refused(.overloaded) }
            queue.jobs.append(job)
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

    /// Waits for commands; nil once it is closed and nothing waits.
    private func nextBatch() -> [CommitJob]? {
        while true {
            let (batch, isClosed) = queue.withLock { queue -> ([CommitJob], Bool) in
                if queue.jobs.isEmpty {
                    queue.isIdle = !queue.isClosed
                    return ([], queue.isClosed)
                }
                if queue.jobs.count <= bounds.maxBatch {
                    var batch: [CommitJob] = []
                    batch.reserveCapacity(queue.jobs.count)
                    swap(&batch, &queue.jobs)
                    return (batch, false)
                }
                let batch = Array(queue.jobs.prefix(bounds.maxBatch))
                queue.jobs.removeFirst(bounds.maxBatch)
                return (batch, false)
            }
            if !batch.isEmpty { return batch }
            if isClosed { return nil }
            wake.wait()
        }
    }
}
