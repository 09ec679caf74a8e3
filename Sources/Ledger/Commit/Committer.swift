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

/// What one batch did, told to observers on the committer's thread before anyone is answered.
public struct CommittedBatch: Sendable {
    /// New events, in order.
    public let events: [EventRow]
    /// New movements, in order.
    public let movements: [MovementRow]
    /// Products as they are now, of those that changed.
    public let products: [ProductRow]
    /// The shop's locations, where they changed.
    public let locations: [Location]?
    /// How many commands were decided.
    public let commands: Int
    /// How long the whole batch took, in seconds.
    public let seconds: Double
    /// How long its commit took, in seconds.
    public let commitSeconds: Double
}

/// Decides commands in groups and makes them durable.
public final class Committer: Sendable {
    private typealias Completion = (LedgerFailure?) -> Void

    private struct Job: Sendable {
        let deadline: ContinuousClock.Instant?
        let decide: @Sendable (WorkingSet) -> Completion
        let fail: @Sendable (LedgerFailure) -> Void
    }

    private struct Queue {
        var jobs: [Job] = []
        var isIdle = false
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let bounds: CommitterBounds
    private let observer: @Sendable (CommittedBatch) -> Void
    private let clock: @Sendable () -> Timestamp

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
        self.observer = observer
        self.clock = clock
        let opened = Mutex<Result<Void, LedgerFailure>?>(nil)
        let isOpen = DispatchSemaphore(value: 0)
        let keepRows = bounds.keepRows
        let thread = Thread { [self] in
            do throws(LedgerFailure) {
                let writer = try engine.makeWriter()
                opened.withLock { $0 = .success(()) }
                isOpen.signal()
                run(writer, WorkingSet(random: random(), keepLimit: keepRows))
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
            let job = Job(deadline: deadline) { set in
                let decision = Self.decide(command, key: key, fence: fence, on: set)
                return { failure in
                    if let failure {
                        continuation.resume(returning: .failure(.failed(failure)))
                    } else {
                        continuation.resume(
                            returning: decision.map { Committed(outcome: $0, replayed: $1) }
                        )
                    }
                }
            } fail: { failure in
                continuation.resume(returning: .failure(.failed(failure)))
            }
            enqueue(job)
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

    private func enqueue(_ job: Job) {
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

    private static func decide<C: Command>(
        _ command: C,
        key: IdempotencyKey?,
        fence: Fence?,
        on set: WorkingSet
    ) -> Result<(C.Outcome, Bool), CommitError<C.Refusal>> {
        if let key, let record = set.idempotency.get(key.digest) {
            guard record.fingerprint == key.fingerprint else { return .failure(.keyReused) }
            guard let outcome = command.recall(record.receipt, set) else {
                return .failure(.failed(LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "receipt")))
            }
            return .success((outcome, true))
        }
        if let fence, set.leases.get(fence.lease)?.epoch != fence.epoch {
            return .failure(.failed(LedgerFailure(.fenced, phase: .load, retry: .never, detail: fence.lease)))
        }
        set.mark()
        do {
            let outcome = try command.decide(set)
            if let key {
                set.idempotency.insert(
                    IdempotencyRow(
                        key: key.digest,
                        fingerprint: key.fingerprint,
                        at: set.now,
                        receipt: command.receipt(for: outcome)
                    )
                )
            }
            return .success((outcome, false))
        } catch {
            set.undo()
            return .failure(.refused(error))
        }
    }

    // MARK: The thread

    private func run(_ writer: any LedgerWriter, _ set: WorkingSet) {
        while let batch = nextBatch() {
            commit(batch, writer, set)
        }
    }

    /// Waits for commands; nil once it is closed and nothing waits.
    private func nextBatch() -> [Job]? {
        while true {
            let (batch, isClosed) = queue.withLock { queue -> ([Job], Bool) in
                if queue.jobs.isEmpty {
                    queue.isIdle = !queue.isClosed
                    return ([], queue.isClosed)
                }
                if queue.jobs.count <= bounds.maxBatch {
                    var batch: [Job] = []
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

    private func commit(_ batch: [Job], _ writer: any LedgerWriter, _ set: WorkingSet) {
        let started = ContinuousClock.now
        var live: [Job] = []
        live.reserveCapacity(batch.count)
        for job in batch {
            if let deadline = job.deadline, deadline < started {
                job.fail(LedgerFailure(.deadlineExceeded, phase: .queue, retry: .safe))
            } else {
                live.append(job)
            }
        }
        guard !live.isEmpty else { return }
        do throws(LedgerFailure) {
            try set.begin(writer, at: clock())
        } catch {
            writer.rollback()
            for job in live { job.fail(error) }
            return
        }
        let completions = live.map { $0.decide(set) }
        do throws(LedgerFailure) {
            if let failure = set.loadFailure { throw failure }
            guard set.hasChanges else {
                writer.rollback()
                set.end(keeping: true)
                for complete in completions { complete(nil) }
                return
            }
            try set.save(to: writer)
            let saved = ContinuousClock.now
            try writer.commit()
            publish(set, commands: completions.count, started: started, saved: saved)
            set.end(keeping: true)
            for complete in completions { complete(nil) }
        } catch {
            writer.rollback()
            set.end(keeping: false)
            guard error.code == .corrupt, live.count > 1 else {
                for complete in completions { complete(error) }
                return
            }
            // One command met a row that cannot be read or written. Alone, each of the others is decided as ever.
            for job in live { commit([job], writer, set) }
        }
    }

    private func publish(
        _ set: WorkingSet,
        commands: Int,
        started: ContinuousClock.Instant,
        saved: ContinuousClock.Instant
    ) {
        let end = ContinuousClock.now
        observer(
            CommittedBatch(
                events: set.events.rows,
                movements: set.movements.rows,
                products: set.products.changedRows,
                locations: set.locations.changedRows.first?.locations,
                commands: commands,
                seconds: (end - started).seconds,
                commitSeconds: (end - saved).seconds
            )
        )
    }
}

extension Duration {
    /// The duration in seconds.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension Timestamp {
    /// The time by the system's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
