import Foundation
import Logging

/// Runs a supervisor on a thread that is its own.
public enum SupervisorThread {
    /// Takes over what is there and supervises, until a signal ends it and every replica has ended.
    ///
    /// SIGTERM, SIGINT and SIGHUP are its own from now on: the first lets all replicas finish, a second one kills them.
    ///
    /// - Parameter onServing: told the port once a replica serves.
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
