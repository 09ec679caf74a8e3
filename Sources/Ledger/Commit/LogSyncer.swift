// The sync of commits, on a thread of its own. While the disk is busy with one batch the committer decides the next; all batches
// committed by then are synced together. Commands are answered only after that, in the order of the commits.

import Foundation
import Synchronization

/// Makes batches durable, and then answers their commands.
final class LogSyncer: Sendable {
    private struct State {
        var batches: [DecidedBatch] = []
        var isClosed = false
        /// Why commits cannot be made durable any more.
        var failure: LedgerFailure?
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - sync: makes all earlier commits durable.
    ///   - observer: called with each durable batch, before its commands are answered, on this thread; must not block.
    ///   - onEnd: called after that, with the number of commands, and the failure if they are lost.
    init(
        sync: @escaping @Sendable () throws(LedgerFailure) -> Void,
        observer: @escaping @Sendable (CommittedBatch) -> Void,
        onEnd: @escaping @Sendable (Int, LedgerFailure?) -> Void
    ) {
        let thread = Thread { [self] in
            while let batches = next() {
                let failure = attempt(sync)
                for batch in batches { batch.finish(failure, telling: observer) }
                onEnd(batches.reduce(0) { $0 + $1.completions.count }, failure)
            }
            finished.signal()
        }
        thread.name = "log-syncer"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Adds committed batches, in the order of their commits.
    ///
    /// Does not block.
    func add(_ batches: [DecidedBatch]) {
        let isFirst = state.withLock { state in
            defer { state.batches += batches }
            return state.batches.isEmpty
        }
        if isFirst { wake.signal() }
    }

    /// Finishes all added batches, and ends the thread.
    ///
    /// Blocks until it has ended.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        finished.wait()
    }

    /// Waits for batches; nil once it is closed and there are none.
    private func next() -> [DecidedBatch]? {
        while true {
            let (batches, isClosed) = state.withLock { state in
                var batches: [DecidedBatch] = []
                swap(&batches, &state.batches)
                return (batches, state.isClosed)
            }
            if !batches.isEmpty { return batches }
            if isClosed { return nil }
            wake.wait()
        }
    }

    /// A failed sync is not tried again: the kernel may report the lost data as written then.
    private func attempt(_ sync: () throws(LedgerFailure) -> Void) -> LedgerFailure? {
        if let failure = state.withLock({ $0.failure }) { return failure }
        do throws(LedgerFailure) {
            try sync()
            return nil
        } catch {
            state.withLock { $0.failure = error }
            return error
        }
    }
}
