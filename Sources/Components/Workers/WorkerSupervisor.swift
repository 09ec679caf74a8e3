// A worker that fails must end neither the process nor another worker. Each worker has a supervisor of its own, which restarts it
// after a pause that grows with consecutive failures and is short again after a successful round. While its component is resting
// the worker is not restarted; a working one continues.

import Ledger
import Logging
import ServiceLifecycle

/// Runs one worker, again and again, until the service is shut down.
///
/// An error of the worker is logged and never thrown further.
struct WorkerSupervisor: Service {
    let worker: any Worker
    let status = WorkerStatus()
    private let logger: Logger
    private let pauses: RestartPauses
    private let isResting: @Sendable () -> Bool

    /// How often to check whether the component is still resting.
    private static let restInterval = Duration.milliseconds(200)

    init(
        _ worker: any Worker,
        pauses: RestartPauses = RestartPauses(),
        logger: Logger,
        isResting: @escaping @Sendable () -> Bool = { false }
    ) {
        self.worker = worker
        self.isResting = isResting
        self.pauses = pauses
        self.logger = logger
    }

    func run() async throws {
        var failures = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let rounds = status.state.rounds
            var reason = "it ended of itself"
            do {
                try await worker.run(status)
            } catch {
                reason = String(reflecting: error)
            }
            guard !Task.isCancelled, !Task.isShuttingDownGracefully else { return }
            failures = status.state.rounds == rounds ? failures + 1 : 1
            status.ended(reason)
            logger.warning("\(worker.name) is started again: \(reason)")
            let pause = pauses.pause(after: failures, draw: Double.random(in: 0..<1))
            await cancelWhenGracefulShutdown {
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: pause)
                while !Task.isCancelled, isResting() { try? await Task.sleep(for: Self.restInterval) }
            }
        }
    }
}

/// The pauses before a worker is restarted.
struct RestartPauses: Sendable {
    /// After the first failure.
    var first = Duration.milliseconds(100)
    /// After any number of failures: short enough to continue soon after the disk has room again.
    var longest = Duration.seconds(5)

    /// The pause after `failures` failures in a row: doubled each time, and between half and all of that by `draw` from 0..<1, so
    /// that the workers of many processes do not restart together.
    func pause(after failures: Int, draw: Double) -> Duration {
        let doubled = first * (1 << min(max(failures - 1, 0), 16))
        return min(doubled, longest) * (0.5 + draw / 2)
    }
}
