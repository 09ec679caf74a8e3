import Foundation
import Synchronization

/// A connection of an engine that reads, used by one thread at a time.
package protocol ReadingConnection: LedgerView, SendableMetatype {
    /// Runs `body` on a consistent snapshot, which ends with it.
    func reading<Value>(_ body: (Self) throws(LedgerFailure) -> Value) throws(LedgerFailure) -> Value
}

/// Threads that read, each with a connection of its own.
///
/// The number of waiting reads is bounded by the callers: each is a request that was admitted.
package final class ReaderThreads<Connection: ReadingConnection>: Sendable {
    private typealias Job = @Sendable (Connection) -> Void

    private struct Queue {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let running = DispatchGroup()
    private let count: Int

    /// Starts the threads, and opens a connection on each.
    ///
    /// - Throws: the first failure to open one.
    package init(
        count: Int,
        open: @escaping @Sendable () throws(LedgerFailure) -> Connection
    ) throws(LedgerFailure) {
        self.count = count
        for index in 0..<count {
            let opened = Mutex<LedgerFailure?>(nil)
            let isOpen = DispatchSemaphore(value: 0)
            running.enter()
            let thread = Thread { [self] in
                do throws(LedgerFailure) {
                    let connection = try open()
                    isOpen.signal()
                    run(connection)
                } catch {
                    opened.withLock { $0 = error }
                    isOpen.signal()
                }
                running.leave()
            }
            thread.name = "reader-\(index)"
            thread.stackSize = 2 << 20
            thread.start()
            isOpen.wait()
            if let failure = opened.withLock({ $0 }) {
                stop()
                throw failure
            }
        }
    }

    /// Runs `body` on one of the threads, on a consistent snapshot.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, LedgerFailure>, Never>) in
            let accepted = queue.withLock { queue in
                guard !queue.isClosed else { return false }
                queue.jobs.append { connection in
                    continuation.resume(returning: Self.run(body, on: connection))
                }
                return true
            }
            if accepted {
                wake.signal()
            } else {
                continuation.resume(returning: .failure(LedgerFailure(.closed, phase: .queue, retry: .safe)))
            }
        }
        return try result.get()
    }

    /// Finishes the reads under way, and closes the connections.
    package func stop() {
        queue.withLock { $0.isClosed = true }
        for _ in 0..<count { wake.signal() }
        running.wait()
    }

    private func run(_ connection: Connection) {
        while true {
            wake.wait()
            let job = queue.withLock { queue -> Job? in
                queue.jobs.isEmpty ? nil : queue.jobs.removeFirst()
            }
            if let job {
                job(connection)
            } else if queue.withLock({ $0.isClosed }) {
                return
            }
        }
    }

    private static func run<Value: Sendable>(
        _ body: (Connection) throws(LedgerFailure) -> Value,
        on connection: Connection
    ) -> Result<Value, LedgerFailure> {
        do throws(LedgerFailure) {
            return .success(try connection.reading(body))
        } catch {
            return .failure(error)
        }
    }
}
