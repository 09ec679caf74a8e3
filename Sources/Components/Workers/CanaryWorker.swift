import Ledger
import Logging
import ServiceLifecycle

/// Commits a small command every second, so that readiness is based on real work.
///
/// Health probes read the last result only, so they cost nothing and cannot pile up.
public struct CanaryWorker: Service {
    private let committer: Committer
    private let health: Health
    private let interval: Duration

    /// A canary of a committer.
    public init(committer: Committer, health: Health, interval: Duration = .seconds(1)) {
        self.committer = committer
        self.health = health
        self.interval = interval
    }

    /// Commits until the service is shut down.
    ///
    /// Cost: one row a second.
    ///
    /// Throws nothing: a failed commit is reported to ``Health`` and repeated after the interval.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(CommitError<Never>) {
                    _ = try await committer.submit(WriteCanary())
                    health.record(.ok)
                } catch {
                    if case .failed(let failure) = error { health.record(.refused(failure)) }
                }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: interval)
            }
        }
    }
}
