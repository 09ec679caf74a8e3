import API

extension Component {
    /// The payment desk: one worker for each provider, so that a slow or unavailable provider delays only its own payments.
    static func payments(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        let desk = shop.payments
        let providers = desk.providers.values.sorted { $0.name < $1.name }
        let lanes = providers.map { PaymentWorker(shop: shop, provider: $0, logger: inputs.logger) }
        let reconciliation = ReconcileWorker(shop: shop, logger: inputs.logger)
        return Component(
            .payments,
            endpoints: Endpoint.overArchive(shop) { PaymentRoutes(shop: $0).endpoints }
                + PaymentWebhookRoutes(shop: shop).endpoints
                + GiftCardRoutes(shop: shop).endpoints + BookRoutes(shop: shop).endpoints,
            workers: desk.providers.isEmpty ? [] : lanes + [reconciliation],
            dependencies: { providers.map { DependencyStatus("payments-\($0.name)", $0.standing) } }
        )
    }
}
