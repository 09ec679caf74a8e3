// Whose turn it is to write. SQLite's lock has no queue: a process that finds it taken sleeps and looks again, ever more seldom,
// while the one that has just committed takes it again at once. Under load one replica would so write all the time and another
// one hardly ever. Two file locks make a queue of it: who wants to write takes the place at the head, waits there for the writer to
// be done, and only then leaves the place to the next. The writer that wants to write again finds the place taken.

import Foundation

/// Lets the processes that write one file take turns.
///
/// It is about fairness alone; what keeps two writers apart is SQLite's own lock. So a turn that does not come in time, as when the
/// process that has it is stopped, is no failure here: SQLite then says what is wrong.
final class WriterTurnstile {
    private let path: String
    private let patience: Duration
    private var locks: Locks?

    private struct Locks {
        let head: CInt
        let writing: CInt
    }

    /// A turnstile beside the database file, whose locks are made when somebody first wants to write.
    ///
    /// - Parameter patience: how long to wait for a turn.
    init(path: String, patience: Duration) {
        self.path = path
        self.patience = patience
    }

    deinit {
        guard let locks else { return }
        close(locks.head)
        close(locks.writing)
    }

    /// Waits for the turn to write.
    func enter() {
        locks = locks ?? open()
        guard let locks else { return }
        let deadline = ContinuousClock.now + patience
        guard Self.take(locks.head, until: deadline) else { return }
        _ = Self.take(locks.writing, until: deadline)
        flock(locks.head, LOCK_UN)
    }

    /// Lets the next one write; without effect for one who does not.
    func leave() {
        if let locks { flock(locks.writing, LOCK_UN) }
    }

    /// Looks again every tenth of a millisecond: `flock` by itself would wait for ever.
    private static func take(_ file: CInt, until deadline: ContinuousClock.Instant) -> Bool {
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else { return false }
            usleep(100)
        }
        return true
    }

    /// Opens both files; nil where that cannot be, as when the process has no descriptor left.
    private func open() -> Locks? {
        let head = Self.open(path + "-queue")
        guard head >= 0 else { return nil }
        let writing = Self.open(path + "-turn")
        guard writing >= 0 else {
            close(head)
            return nil
        }
        return Locks(head: head, writing: writing)
    }

    private static func open(_ path: String) -> CInt {
        Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    }
}
