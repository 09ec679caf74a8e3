// A worker that fails must neither end the process nor another worker. Each runs under a supervisor of its own, which starts it again
// after a pause that grows while it keeps failing and is short again once a round went well. While its component rests it is not
// started again; one that works goes on.

import Ledger
import Logging
import ServiceLifecycle

/// Runs one worker, again and again, until the service is shut down.
struct Supervisor: Service {
    let worker: any Worker
    let status = WorkerStatus()
    private let logger: Logger
    private let pauses: RestartPauses
    private let isResting: @Sendable () -> Bool

    /// How often is looked whether the rest is over.
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
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: pause)
                while !Task.isCancelled, isResting() { try? await Task.sleep(for: Self.restInterval) }
            }
        }
    }
}

/// How long a worker rests before it is started again.
struct RestartPauses: Sendable {
    /// After the first failure.
    var first = Duration.milliseconds(100)
    /// However many failures there were: soon enough to go on shortly after the disk has room again.
    var longest = Duration.seconds(5)

    /// The pause after so many failures in a row: doubled each time, and between half and all of that by the draw from 0..<1, so
    /// that the workers of many processes do not come back together.
    func pause(after failures: Int, draw: Double) -> Duration {
        let doubled = first * (1 << min(max(failures - 1, 0), 16))
        return min(doubled, longest) * (0.5 + draw / 2)
    }
}
