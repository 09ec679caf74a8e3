// The sync of a commit, on a thread of its own. While the disk is busy with one batch the committer decides the next; all that was
// committed by then is synced together. Whoever waits is answered only then, in the order of the commits.

import Foundation
import Synchronization

/// Makes batches durable, and then answers them.
final class LogSyncer: Sendable {
    private struct State {
        var batches: [DecidedBatch] = []
        var isClosed = false
        /// Why nothing can be made durable any more.
        var failure: LedgerFailure?
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - sync: makes durable all that was committed before.
    ///   - observer: hears of each batch once it is durable, before anyone is answered.
    ///   - onEnd: called after that, with the number of commands, and why they are lost if they are.
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

    /// Batches that were committed, in the order of their commits.
    func add(_ batches: [DecidedBatch]) {
        let isFirst = state.withLock { state in
            defer { state.batches += batches }
            return state.batches.isEmpty
        }
        if isFirst { wake.signal() }
    }

    /// Finishes what was given, and ends the thread.
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

    /// A sync that failed is not tried again: what it did not write may by then be taken for written.
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
