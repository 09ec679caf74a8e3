import CGatheredLog
import Foundation
import Ledger

/// The write-ahead log of an open file, to be synced beside the connection that writes to it.
final class LogFile: Sendable {
    private let descriptor: CInt

    /// Opens a log.
    ///
    /// SQLite keeps no locks on it, so closing it releases none (sqlite.org/howtocorrupt.html, 2.2).
    init(path: String) throws(LedgerFailure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("opened", errno, phase: .begin, retry: .safe) }
    }

    deinit { close(descriptor) }

    /// Makes all that was written to it durable; blocks the thread.
    ///
    /// - Throws: a failure after which the state of the log on the disk is unknown: Linux reports an error once, and may then
    ///   count lost pages as written (wiki.postgresql.org/wiki/Fsync_Errors). It must not be tried again.
    func sync() throws(LedgerFailure) {
        let code = tradewind_sync_log(descriptor)
        guard code == 0 else { throw Self.failure("synced", code, phase: .commit, retry: .unknownOutcome) }
    }

    private static func failure(
        _ done: String,
        _ code: CInt,
        phase: LedgerFailure.Phase,
        retry: LedgerFailure.Retry
    ) -> LedgerFailure {
        LedgerFailure(
            .io,
            phase: phase,
            retry: retry,
            detail: "the log cannot be \(done): \(String(cString: strerror(code)))"
        )
    }
}
