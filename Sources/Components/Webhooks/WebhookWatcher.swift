import Ledger
import ServiceLifecycle

/// Wakes the endpoints for which there is news.
///
/// Every process that runs the component does; what one has woken, another leaves alone.
struct WebhookWatcher: Worker {
    let name = "webhook-watch"
    let ledger: any LedgerEngine
    let committer: Committer
    let interval: Duration

    func run(_ status: WorkerStatus) async throws {
        try await cancelWhenGracefulShutdown {
            var watch = WebhookWatch()
            while !Task.isCancelled {
                let isPartial = try await round(&watch)
                status.succeeded()
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                if !isPartial { try? await Task.sleep(for: interval) }
            }
        }
    }

    /// One look; whether there is more to look through at once.
    func round(_ watch: inout WebhookWatch) async throws -> Bool {
        let before = watch
        let (after, news) = try await ledger.read { (view) throws(LedgerFailure) in
            var watch = before
            let news = try watch.look(view)
            return (watch, news)
        }
        if !news.isEmpty { _ = try await committer.submit(WakeWebhooks(news), isPatient: true) }
        // Only now: had the commit failed, the next look must find the same.
        watch = after
        return news.isPartial
    }
}
