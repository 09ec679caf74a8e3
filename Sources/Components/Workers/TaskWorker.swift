// Does what is due: looks for due tasks of its own kinds, claims them, does them. Any worker of any process may claim any task; a
// claim that lapsed is fenced off by its epoch. Each worker has places for a bounded number of tasks at once and never looks at
// another's kinds, so that neither a flood nor a slow provider of one component holds up another.

import Ledger
import Logging
import ServiceLifecycle
import Trading

/// A worker over tasks of some kinds.
public struct TaskWorker: Worker {
    /// Does one claimed task; whether to look for due tasks again at once.
    public typealias Perform = @Sendable (TaskRow) async throws -> Bool
    /// Finds tasks that are due, at most so many, for a worker that does not take every task of its kinds.
    public typealias Find = @Sendable (any LedgerView, Int) throws(LedgerFailure) -> [TaskRow.Key]

    /// How much it does at once.
    public struct Bounds: Hashable, Sendable {
        /// The most tasks at once.
        public var concurrency: Int
        /// How many places must be free before it looks for more; a larger number makes fewer and larger commits of claims.
        public var room: Int
        /// For how long a claim holds, in seconds; more than a task ever takes.
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
    /// The kinds of tasks that it does.
    public let kinds: [TaskKind]
    private let shop: Shop
    private let interval: Duration
    private let bounds: Bounds
    private let logger: Logger
    private let find: Find?
    private let perform: Perform

    /// A worker.
    ///
    /// - Parameter find: finds the tasks that are due; all of its kinds where it is nil.
    /// - Parameter perform: does a task under its claim. What it throws is logged, and the task is due again when its claim ends.
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

    /// Works until the service is shut down, then finishes what it has taken up.
    ///
    /// A look that fails ends the looking and nothing else: calls under way are not cut off.
    public func run(_ status: WorkerStatus) async throws {
        // Rings when it is time to look: every interval, and when a task says so. One ring waits at most.
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
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Claims what is due, at most as much as there are places.
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

    /// Does a task; whether to look again at once.
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
        // Room again where there was none, or nothing left: there may be more to do.
        return isUrgent || left == bounds.concurrency - bounds.room || left == 0
    }
}
