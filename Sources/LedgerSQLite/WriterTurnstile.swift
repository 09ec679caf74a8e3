// Whose turn it is to write. SQLite's lock has no queue: a process that finds it taken sleeps and looks again, ever more seldom,
// while the one that has just committed takes it again at once. Under load one replica would so write all the time and another
// one hardly ever. Two locks make a queue of it: who wants to write takes the place at the head, waits there for the writer to
// be done, and only then leaves the place to the next. The writer that wants to write again finds the place taken.

import CTurnstile
import Foundation

/// Lets the processes that write one file take turns.
///
/// It is about fairness alone; what keeps two writers apart is SQLite's own lock. So a turn that does not come in time, as when the
/// process that has it is stopped, is no failure here: SQLite then says what is wrong.
final class WriterTurnstile {
    private let path: String
    private let patience: Duration
    private var turnstile: OpaquePointer?

    /// A turnstile beside the database file, whose locks are made when somebody first wants to write.
    ///
    /// - Parameter patience: how long to wait for a turn.
    init(path: String, patience: Duration) {
        self.path = path
        self.patience = patience
    }

    deinit {
        if let turnstile { tradewind_turnstile_close(turnstile) }
    }

    /// Waits for the turn to write.
    ///
    /// Without one where the locks cannot be had, as when the process has no descriptor left, or the turn does not come in time.
    func enter() {
        if turnstile == nil, tradewind_turnstile_open(path + "-turns", &turnstile) != 0 { return }
        _ = tradewind_turnstile_enter(turnstile, Int64(patience / .nanoseconds(1)))
    }

    /// Lets the next one write; without effect for one who does not.
    func leave() {
        if let turnstile { tradewind_turnstile_leave(turnstile) }
    }
}
