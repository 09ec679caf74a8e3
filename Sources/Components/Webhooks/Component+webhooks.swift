import API
import Ledger

extension Component {
    /// Webhooks.
    ///
    /// Failing or slow endpoints and replays have workers of their own, so they take no places from endpoints that answer
    /// quickly.
    static func webhooks(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        let sender = HTTPWebhookSender(allowsPrivate: shop.settings.webhooksAllowPrivate)
        let courier = WebhookCourier(
            ledger: shop.ledger,
            committer: shop.committer,
            sender: sender,
            logger: inputs.logger
        )
        let lanes: [(name: String, kind: TaskKind, places: Int)] = [
            ("webhooks", .deliverWebhook, 64), ("webhook-retries", .retryWebhook, 32),
            ("webhook-replays", .replayWebhook, 16),
        ]
        let workers = lanes.map { lane in
            TaskWorker(
                lane.name,
                [lane.kind],
                inputs,
                bounds: .init(concurrency: lane.places, claimSeconds: WebhookCourier.claimSeconds)
            ) { try await courier.perform($0) }
        }
        let watcher = WebhookWatcher(ledger: shop.ledger, committer: shop.committer, interval: inputs.taskInterval)
        return Component(
            .webhooks,
            endpoints: WebhookRoutes(shop: shop, courier: courier).endpoints,
            workers: workers + [watcher],
            dependencies: {
                [DependencyStatus("receivers", inFlight: sender.inFlight, limit: lanes.map(\.places).reduce(0, +))]
            },
            close: { await sender.close() }
        )
    }
}
