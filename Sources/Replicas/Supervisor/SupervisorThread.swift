import Foundation
import Logging

/// Runs a supervisor on a thread that is its own.
public enum SupervisorThread {
    /// Adopts running replicas and supervises, until a signal ends it and every replica has ended.
    ///
    /// The calling task is suspended meanwhile.
    ///
    /// SIGTERM, SIGINT and SIGHUP are handled by the supervisor from now on: the first lets all replicas finish, a second one
    /// kills them.
    ///
    /// - Parameter onServing: called with the port once a replica serves, on the supervisor's thread; must not block.
    /// - Throws: ``SupervisorRefusal``.
    public static func run(
        _ plan: SupervisorPlan,
        logger: Logger,
        onServing: @escaping @Sendable (Int) -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread {
                continuation.resume(
                    with: Result { try Supervisor(plan, logger: logger, onServing: onServing).work() }
                )
            }
            thread.name = "supervisor"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }
}
