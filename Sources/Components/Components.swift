// All routes of a shop, in the order in which the documentation lists them.

import API
import Logging
import ServiceLifecycle

/// The routes and workers of a shop.
public struct Components: Sendable {
    private let shop: Shop
    private let health: Health
    private let requests: RequestMetrics
    private let ledger: LedgerMetrics

    /// The components of a shop.
    public init(shop: Shop, health: Health, requests: RequestMetrics, ledger: LedgerMetrics) {
        self.shop = shop
        self.health = health
        self.requests = requests
        self.ledger = ledger
    }

    /// Every route, the description of the API included.
    public func endpoints(version: String) -> [Endpoint] {
        let routes =
            ProductRoutes(shop: shop).endpoints + StockRoutes(shop: shop).endpoints + CartRoutes(shop: shop).endpoints
            + OrderRoutes(shop: shop).endpoints + ReturnRoutes(shop: shop).endpoints
            + CustomerRoutes(shop: shop).endpoints + EventRoutes(shop: shop).endpoints
            + PaymentRoutes(shop: shop).endpoints + PaymentWebhookRoutes(shop: shop).endpoints
            + GiftCardRoutes(shop: shop).endpoints + BookRoutes(shop: shop).endpoints
            + HealthRoutes(health: health, shop: shop, requests: requests, ledger: ledger).endpoints
        return routes + DescriptionRoutes.endpoints(describing: routes, schemas: Schemas.all, version: version)
    }

    /// Everything that works in the background.
    public func workers(taskInterval: Duration, pruneInterval: Duration, logger: Logger) -> [any Service] {
        [
            CanaryWorker(committer: shop.committer, health: health),
            TaskWorker(shop: shop, interval: taskInterval, logger: logger),
            Pruner(shop: shop, interval: pruneInterval, logger: logger),
            PaymentWorker(shop: shop, logger: logger),
            ReconcileWorker(shop: shop, logger: logger),
        ]
    }
}
