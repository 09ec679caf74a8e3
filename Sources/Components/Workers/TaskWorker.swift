// Carries out due tasks: finds due tasks of its kinds, claims them, and performs them. Any worker of any process may claim any
// task; a lapsed claim is fenced off by its epoch. Each worker has a bounded number of places and never takes tasks of other
// kinds, so neither a flood of tasks nor a slow provider of one component delays another.

import Ledger
import Logging
import ServiceLifecycle
import Trading

/// A worker over tasks of some kinds.
public struct TaskWorker: Worker {
    /// Performs one claimed task; returns whether to look for due tasks again at once.
    public typealias Perform = @Sendable (TaskRow) async throws -> Bool
    /// Finds due tasks, at most the given number, for a worker that does not take every task of its kinds.
    ///
    /// Runs in a read of the ledger.
    public typealias Find = @Sendable (any LedgerView, Int) throws(LedgerFailure) -> [TaskRow.Key]

    /// Limits of its parallel work.
    public struct Bounds: Hashable, Sendable {
        /// The most concurrent tasks.
        public var concurrency: Int
        /// The number of free places needed before it looks for more; a larger number makes fewer and larger commits of claims.
        public var room: Int
        /// How long a claim is valid, in seconds; longer than a task can take.
        public var claimSeconds: Int64

        /// Bounds.
        public init(concurrency: Int, room: Int = 1, claimSeconds: Int64 = 30) {
            precondition((1...concurrency).contains(room), "a worker looks for more before all of its places are free")
            self.concurrency = concurrency
            self.room = room
            self.claimSeconds = claimSeconds
        }
    }

    /// Its name.
    public let name: String
    /// The kinds of tasks that it performs.
    public let kinds: [TaskKind]
    private let shop: Shop
    private let interval: Duration
    private let bounds: Bounds
    private let logger: Logger
    private let find: Find?
    private let perform: Perform

    /// A worker.
    ///
    /// - Parameters:
    ///   - find: finds the due tasks; nil for all of its kinds.
    ///   - perform: performs a task under its claim. An error is logged, and the task is due again when its claim ends.
    public init(
        _ name: String,
        _ kinds: [TaskKind],
        _ inputs: ComponentInputs,
        bounds: Bounds,
        find: Find? = nil,
        perform: @escaping Perform
    ) {
        self.name = name
        self.kinds = kinds
        shop = inputs.shop
        interval = inputs.taskInterval
        self.bounds = bounds
        logger = inputs.logger
        self.find = find
        self.perform = perform
    }

    /// Works until the service is shut down, then finishes the tasks in progress.
    ///
    /// A failed read or claim ends the run with its error after the tasks in progress have ended; these are not aborted. Cost: a
    /// read every interval, and a patient command for each set of claims.
    public func run(_ status: WorkerStatus) async throws {
        // Rings every interval, and when a task asks for it. At most one ring waits.
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let failure = await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group -> (any Error)? in
                group.addTask { await tick(ring) }
                var failure: (any Error)?
                do {
                    for await _ in bell {
                        for task in try await claim(status) {
                            status.taskStarted()
                            group.addTask { if await isUrgent(task, status) { ring.yield() } }
                        }
                    }
                } catch {
                    failure = error
                }
                ring.finish()
                return failure
            }
        } onGracefulShutdown: {
            ring.finish()
        }
        if let failure { throw failure }
    }

    private func tick(_ ring: AsyncStream<Void>.Continuation) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if case .terminated = ring.yield() { return }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Claims due tasks, at most as many as there are free places.
    private func claim(_ status: WorkerStatus) async throws -> [TaskRow] {
        let free = bounds.concurrency - status.state.inFlight
        guard free >= bounds.room else { return [] }
        let (kinds, find) = (kinds, find)
        let due = try await shop.ledger.read { (view) throws(LedgerFailure) -> [TaskRow.Key] in
            if let find { return try find(view, free) }
            return try view.dueTasks(kinds, at: .now, limit: free).prefix(free).map(\.key)
        }
        let claimed =
            due.isEmpty
            ? []
            : try await shop.committer.submit(ClaimTasks(due, seconds: bounds.claimSeconds), isPatient: true).outcome
        status.succeeded()
        return claimed
    }

    /// Performs a task; returns whether to look for due tasks at once.
    private func isUrgent(_ task: TaskRow, _ status: WorkerStatus) async -> Bool {
        var isUrgent = false
        var hasFailed = false
        do {
            isUrgent = try await perform(task)
        } catch CommitError<TaskRefusal>.refused(.lapsed) {
            logger.info("\(name): another worker has the task")
        } catch {
            hasFailed = true
            logger.warning("\(name): \(String(reflecting: error))")
        }
        let left = status.taskEnded(failed: hasFailed)
        // A place has become free where none was, or no task is left: more tasks may be due.
        return isUrgent || left == bounds.concurrency - bounds.room || left == 0
    }
}
