import API

extension Component {
    /// Browsing: products, stock, carts.
    static func storefront(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        return Component(
            .storefront,
            endpoints: ProductRoutes(shop: shop).endpoints + CataloguePatchRoutes(shop: shop).endpoints
                + StockRoutes(shop: shop).endpoints + CartRoutes(shop: shop).endpoints
        )
    }
}
