// Group commit. One thread owns the writer. It takes whatever commands are waiting (never waits for more), decides them one
// after another on the working set, saves what changed, commits once, and only then answers. While a batch commits, arrivals
// queue: load is absorbed by larger batches, and one sync of the disk serves hundreds of orders.
//
// Commands of workers, for which nobody waits at a screen, are patient. They begin no batch of their own before they have waited for
// a few milliseconds for company, and of a batch that others begin they take a small share. So while there is more to commit than
// can be, what follows an order gives way to the next order; and since nobody's patience is endless, it does get done.

import Foundation
import Synchronization
import Trading

/// Bounds of the committer.
public struct CommitterBounds: Hashable, Sendable {
    /// The most commands of either kind, patient or not, in one transaction.
    public var maxBatch: Int
    /// The most commands waiting; more are refused at once.
    public var maxQueue: Int
    /// Rows of each hot table (products, stock) that stay in memory between batches.
    public var keepRows: Int
    /// How long a patient command waits for company where there is none.
    public var patience = Duration.milliseconds(5)
    /// How long it gives way to those that are not.
    public var greatestPatience = Duration.milliseconds(250)

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
        /// For which somebody waits.
        var urgent: [CommitJob] = []
        /// For which nobody does, with the time since when they wait.
        var patient: [(job: CommitJob, since: ContinuousClock.Instant)] = []
        /// Whether the thread sleeps.
        var isIdle = false
        var isClosed = false

        var count: Int { urgent.count + patient.count }
    }

    /// For so many that are not patient, one that is comes along.
    public static let urgentForEachPatient = 8

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
    public var waiting: Int { queue.withLock { $0.count } }

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
        let since = isPatient ? ContinuousClock.now : nil
        let admission = queue.withLock { queue -> Admission in
            if queue.isClosed { return .refused(.closed) }
            guard queue.count < bounds.maxQueue else { return .refused(.overloaded) }
            if let since {
                queue.patient.append((job, since))
                // The first one wakes the thread, so that it sleeps no longer than for its patience.
                guard queue.patient.count == 1 else { return .waiting }
            } else {
                queue.urgent.append(job)
            }
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
        guard queue.count > 0 else {
            queue.isIdle = !queue.isClosed
            return queue.isClosed ? .end : .sleep(until: nil)
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
        queue.isIdle = false
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
