// Whose turn it is to write. SQLite's lock has no queue: a process that finds it taken sleeps and looks again, ever more seldom,
// while the one that has just committed takes it again at once. Under load one replica would so write all the time and another
// one hardly ever. Two file locks make a queue of it: who wants to write takes the place at the head, waits there for the writer to
// be done, and only then leaves the place to the next. The writer that wants to write again finds the place taken.

import Foundation
import Ledger

/// Lets the processes that write one file take turns.
///
/// It is about fairness alone; what keeps two writers apart is SQLite's own lock. So a turn that does not come in time, as when the
/// process that has it is stopped, is no failure here: SQLite then says what is wrong.
final class WriterTurnstile {
    private let head: CInt
    private let writing: CInt
    private let patience: Duration

    /// A turnstile beside the database file.
    ///
    /// - Parameter patience: how long to wait for a turn.
    init(path: String, patience: Duration) throws(LedgerFailure) {
        head = try Self.open(path + "-queue")
        do throws(LedgerFailure) {
            writing = try Self.open(path + "-turn")
        } catch {
            close(head)
            throw error
        }
        self.patience = patience
    }

    deinit {
        close(head)
        close(writing)
    }

    /// Waits for the turn to write.
    func enter() {
        let deadline = ContinuousClock.now + patience
        guard Self.take(head, until: deadline) else { return }
        _ = Self.take(writing, until: deadline)
        flock(head, LOCK_UN)
    }

    /// Lets the next one write; without effect for one who does not.
    func leave() {
        flock(writing, LOCK_UN)
    }

    /// Looks again every tenth of a millisecond: `flock` by itself would wait for ever.
    private static func take(_ file: CInt, until deadline: ContinuousClock.Instant) -> Bool {
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else { return false }
            usleep(100)
        }
        return true
    }

    private static func open(_ path: String) throws(LedgerFailure) -> CInt {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw LedgerFailure(
                .io,
                phase: .begin,
                retry: .safe,
                detail: "\(path): \(String(cString: strerror(errno)))"
            )
        }
        return file
    }
}
