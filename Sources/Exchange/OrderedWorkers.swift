import Synchronization

/// A bounded number of workers that take numbers from one ordered queue.
enum OrderedWorkers {
    private final class Queue: Sendable {
        private let next = Atomic<Int>(0)

        func take() -> Int {
            next.add(1, ordering: .relaxed).oldValue
        }
    }

    /// Calls `body` with 0 up to `count`, in order, at most `width` at once; the first error ends the run.
    ///
    /// Each worker keeps a log of its own, which begins as `log`, so that workers share nothing while they run; all logs are returned.
    /// `onFailure` is called before the other workers are awaited, to release those that wait for one another.
    static func run<Log: Sendable>(
        _ count: Int,
        width: Int,
        log empty: Log,
        onFailure: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Int, inout Log) async throws -> Void
    ) async throws -> [Log] {
        let queue = Queue()
        return try await withThrowingTaskGroup(of: Log.self) { group in
            for _ in 0..<max(1, min(width, count)) {
                group.addTask {
                    var log = empty
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
            return try await group.reduce(into: []) { logs, log in logs.append(log) }
        }
    }
}
