import Synchronization

/// One worker's record; merged when all are done, so that workers share nothing while they run.
struct WorkerLog: Sendable {
    var tally: ReplayTally
    var refusals: [ReplayRefusal] = []
    var requests = 0
    /// Answers that the server repeated from its records.
    var replayed = 0

    init(countries: Int) {
        tally = ReplayTally(countries: countries)
    }

    mutating func merge(_ other: Self) {
        tally.merge(other.tally)
        refusals += other.refusals
        requests += other.requests
        replayed += other.replayed
    }
}

/// A bounded number of workers that take numbers from one ordered queue.
enum ReplayWorkers {
    private final class Queue: Sendable {
        private let next = Atomic<Int>(0)

        func take() -> Int {
            next.add(1, ordering: .relaxed).oldValue
        }
    }

    /// Calls `body` with 0 up to `count`, in order, at most `width` at once; the first error ends the run.
    ///
    /// `onFailure` is called before the other workers are awaited, to release those that wait for one another.
    static func run(
        _ count: Int,
        width: Int,
        countries: Int,
        onFailure: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Int, inout WorkerLog) async throws -> Void
    ) async throws -> WorkerLog {
        let queue = Queue()
        return try await withThrowingTaskGroup(of: WorkerLog.self) { group in
            for _ in 0..<max(1, min(width, count)) {
                group.addTask {
                    var log = WorkerLog(countries: countries)
                    do {
                        while true {
                            let index = queue.take()
                            guard index < count else { return log }
                            try Task.checkCancellation()
                            try await body(index, &log)
                        }
                    } catch {
                        onFailure()
                        throw error
                    }
                }
            }
            var merged = WorkerLog(countries: countries)
            for try await log in group { merged.merge(log) }
            return merged
        }
    }
}
