import Ledger
import ServiceLifecycle

/// Schedules deliveries for endpoints with new events.
///
/// It runs in every process with the component; an endpoint that one process has scheduled is left alone by the others.
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
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                if !isPartial { try? await Task.sleep(for: interval) }
            }
        }
    }

    /// One scan; returns whether there are more events to scan at once.
    ///
    /// Cost: one read of a page of events, and a patient command if an endpoint is scheduled.
    func round(_ watch: inout WebhookWatch) async throws -> Bool {
        let before = watch
        let (after, news) = try await ledger.read { (view) throws(LedgerFailure) in
            var watch = before
            let news = try watch.look(view)
            return (watch, news)
        }
        if !news.isEmpty { _ = try await committer.submit(WakeWebhooks(news), isPatient: true) }
        // Only now: after a failed commit the next scan must find the same events.
        watch = after
        return news.isPartial
    }
}
