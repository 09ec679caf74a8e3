import Foundation
import Ledger
import Synchronization

/// Wakes who follows the commits of a database.
final class PostgresListener: Sendable {
    /// The channel that each commit notifies.
    static let channel = "tradewind_commits"

    private let pool: PostgresPool
    private let isStopped = Atomic(false)
    /// How long it waits before it wakes without being told: a commit may have been missed while there was no connection.
    private static let patience = Duration.milliseconds(500)
    /// How long after a failure it tries again, in seconds.
    private static let pause = 0.1

    private init(_ pool: PostgresPool) { self.pool = pool }

    /// Yields after each commit that is told, and now and then; ends its thread once nobody waits for it any more.
    static func commits(_ pool: PostgresPool) -> AsyncStream<Void> {
        let listener = PostgresListener(pool)
        let (stream, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        waker.onTermination = { _ in listener.isStopped.store(true, ordering: .relaxed) }
        Thread.detachNewThread { listener.run { waker.yield() } }
        return stream
    }

    private func run(_ wake: () -> Void) {
        var connection = PooledConnection(pool, purpose: .listen)
        while !isStopped.load(ordering: .relaxed) {
            do throws(LedgerFailure) {
                try connection.get().awaitNotice(for: Self.patience)
                wake()
            } catch {
                connection.drop()
                Thread.sleep(forTimeInterval: Self.pause)
            }
        }
    }
}
