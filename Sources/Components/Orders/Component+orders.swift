import API
import Ledger
import Trading

extension Component {
    /// Orders, returns and credits, and the end of reservations.
    static func orders(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        return Component(
            .orders,
            endpoints: OrderRoutes(shop: shop).endpoints + ReturnRoutes(shop: shop).endpoints
                + ReturnStageRoutes(shop: shop).endpoints,
            workers: [
                TaskWorker("expiry", [.expireOrder], inputs, bounds: .init(concurrency: 200, room: 100)) { task in
                    _ = try await shop.committer.submit(ExpireOrder(ID(task.key.subject), epoch: task.epoch))
                    return false
                }
            ]
        )
    }
}
