import Ledger
import Logging
import ServiceLifecycle

/// Commits something every second, so that readiness speaks of real work and not of hope.
///
/// Probes read only how the last one went,
/// so they cost nothing and cannot pile up.
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

    /// Sings until the service is shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(CommitError<Never>) {
                    _ = try await committer.submit(WriteCanary())
                    health.record(.ok)
                } catch {
                    if case .failed(let failure) = error { health.record(.refused(failure)) }
                }
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: interval)
            }
        }
    }
}
