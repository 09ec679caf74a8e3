// The queue of writers. SQLite's lock has no queue: a process that finds it taken sleeps and tries again, ever more seldom, while
// the one that has just committed takes it again at once. Under load one replica would write all the time and another hardly
// ever. Two locks make a queue of it: a writer takes the head of the queue, waits there until the current writer is done, and
// only then leaves the head to the next one. The current writer, if it wants to write again, finds the head taken.

import CTurnstile
import Foundation

/// Lets the processes that write one file take turns.
///
/// It provides fairness only; SQLite's own lock excludes two writers. So a turn that does not come in time, such as when its
/// holder is stopped, is not a failure here: SQLite reports the error.
final class WriterTurnstile {
    private let path: String
    private let patience: Duration
    private var turnstile: OpaquePointer?

    /// A turnstile beside the database file, whose locks are created on first use.
    ///
    /// - Parameter patience: how long to wait for a turn.
    init(path: String, patience: Duration) {
        self.path = path
        self.patience = patience
    }

    deinit {
        if let turnstile { tradewind_turnstile_close(turnstile) }
    }

    /// Waits for the turn to write; blocks the thread.
    ///
    /// Returns without it where the locks are not available, such as when the process has no descriptor left, or the turn does
    /// not come in time.
    func enter() {
        if turnstile == nil, tradewind_turnstile_open(path + "-turns", &turnstile) != 0 { return }
        _ = tradewind_turnstile_enter(turnstile, Int64(patience / .nanoseconds(1)))
    }

    /// Ends the turn; has no effect for a process that does not have it.
    func leave() {
        if let turnstile { tradewind_turnstile_leave(turnstile) }
    }
}
