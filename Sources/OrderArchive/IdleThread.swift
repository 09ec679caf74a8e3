import CProcess
import Dispatch
import Foundation
import Synchronization

/// A thread that takes the processor and the disk only where nothing else wants them.
///
/// As the preferred executor of a task it does all of the task's own work; it also may block, which the cooperative threads may not.
package final class IdleThread: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in work() }
        thread.name = "order-archiver"
        thread.stackSize = 2 << 20
        thread.start()
    }

    /// Runs `body` on a thread of its own, which ends with it.
    package static func run<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let thread = IdleThread()
        defer { thread.close() }
        return try await withTaskExecutorPreference(thread) { try await body() }
    }

    /// Takes a part of the task's work.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.withLock { $0.jobs.append(job) }
        wake.signal()
    }

    private func close() {
        queue.withLock { $0.isClosed = true }
        wake.signal()
    }

    private func work() {
        // Without a low priority it is only in the way of others.
        _ = tradewind_thread_idle()
        while true {
            wake.wait()
            let (job, isOver) = queue.withLock { queue -> (UnownedJob?, Bool) in
                queue.jobs.isEmpty ? (nil, queue.isClosed) : (queue.jobs.removeFirst(), false)
            }
            if let job { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if isOver { return }
        }
    }
}
