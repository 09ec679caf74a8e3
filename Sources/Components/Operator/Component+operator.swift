import API
import Ledger

extension Component {
    /// Customers, the event feed, figures of availability, and keeping the ledger's growth bounded.
    static func `operator`(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        let erasure = Erasure(shop: shop)
        return Component(
            .operator,
            endpoints: CustomerRoutes(shop: shop).endpoints + CustomerPatchRoutes(shop: shop).endpoints
                + EventRoutes(shop: shop).endpoints + RestoreRoutes(shop: shop).endpoints
                + AvailabilityRoutes(shop: shop, inputs: inputs.availability).endpoints,
            workers: [
                TaskWorker("erasure", [.eraseOrders], inputs, bounds: .init(concurrency: 4)) {
                    try await erasure.perform($0)
                },
                RestoreWorker(
                    shop: shop,
                    carriers: inputs.carriers,
                    interval: min(.seconds(10), inputs.taskInterval * 10),
                    logger: inputs.logger
                ),
                Pruner(shop: shop, interval: inputs.pruneInterval, logger: inputs.logger),
            ] + [ArchiveWorker(shop: shop, logger: inputs.logger)].compactMap(\.self)
        )
    }
}
