import API

extension Component {
    /// Orders, returns and credits, and the end of reservations.
    static func orders(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        return Component(
            .orders,
            endpoints: Endpoint.overArchive(shop) { shop in
                OrderRoutes(shop: shop).endpoints + ReturnRoutes(shop: shop).endpoints
                    + ReturnStageRoutes(shop: shop).endpoints
            },
            workers: [ExpiryWorker(shop: shop, interval: inputs.taskInterval)]
        )
    }
}
