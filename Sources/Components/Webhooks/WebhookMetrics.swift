import Ledger
import Trading

/// Metrics of endpoints that fail.
///
/// Their ids are labels: a shop has at most ``WebhookEndpoint/maxCount`` endpoints, and only failing ones have metrics.
enum WebhookMetrics {
    /// Writes the metrics in Prometheus' text format.
    static func write(_ failing: [WebhookEndpoint], now: Timestamp, to text: inout String) {
        text += "# HELP tradewind_webhooks_failing Webhooks whose receivers did not take the last message.\n"
        text += "# TYPE tradewind_webhooks_failing gauge\ntradewind_webhooks_failing \(failing.count)\n"
        text +=
            "# HELP tradewind_webhook_failures How often a receiver has not taken a message, one time after another.\n"
        text += "# TYPE tradewind_webhook_failures gauge\n"
        for endpoint in failing {
            text += "tradewind_webhook_failures{webhook=\"\(endpoint.id)\"} \(endpoint.stream.tries)\n"
        }
        text += "# HELP tradewind_webhook_next_try_seconds In how many seconds it is tried again.\n"
        text += "# TYPE tradewind_webhook_next_try_seconds gauge\n"
        for endpoint in failing {
            guard let next = endpoint.stream.nextTryAt else { continue }
            let seconds = Double(max(0, next.milliseconds - now.milliseconds)) / 1000
            text += "tradewind_webhook_next_try_seconds{webhook=\"\(endpoint.id)\"} \(seconds)\n"
        }
    }
}

extension LedgerView {
    /// The endpoints with a retry, in the order of their ids.
    ///
    /// Cost: one range of tasks, and a row for each of them.
    func failingWebhooks() throws(LedgerFailure) -> [WebhookEndpoint] {
        let retries = Condition("kind", .equal, .integer(TaskKind.retryWebhook.rawValue))
        var failing: [WebhookEndpoint] = []
        for task in try rows(RowQuery<TaskRow>([retries], limit: WebhookEndpoint.maxCount)) {
            let endpoint = try row(WebhookRow.self, ID(task.key.subject))?.endpoint
            // Endpoints that are only slow have such a task too.
            if let endpoint, endpoint.stream.tries > 0 { failing.append(endpoint) }
        }
        return failing
    }
}
