import API
import Ledger
import Providers
import Trading

extension Component {
    /// The delivery desk: one worker per carrier, so that a carrier that is slow or unreachable delays only its own parcels.
    static func logistics(_ inputs: ComponentInputs) -> Component {
        let shop = inputs.shop
        let settings = inputs.deliveries
        let desks = inputs.carriers.map { carrier in
            (carrier.name, CarrierDesk(shop: shop, carrier: carrier, settings: settings))
        }
        let workers = desks.map { name, desk in
            TaskWorker(
                "carrier-\(name)",
                TaskKind.carrierCalls,
                inputs,
                bounds: .init(concurrency: settings.concurrency, claimSeconds: settings.claimSeconds),
                find: { (view, free) throws(LedgerFailure) in try desk.due(view, free) },
                perform: { try await desk.perform($0) }
            )
        }
        let lateness = TaskWorker("lateness", [.lateShipment], inputs, bounds: .init(concurrency: 50, room: 25)) {
            task in
            _ = try await shop.committer.submit(MarkLate(ID(task.key.subject), epoch: task.epoch), isPatient: true)
            return false
        }
        return Component(
            .logistics,
            endpoints: Endpoint.overArchive(shop) { shop in
                ShipmentRoutes(shop: shop, carriers: inputs.carriers.map(\.name), settings: settings).endpoints
            }
                + ShippingRateRoutes(shop: shop).endpoints
                + CarrierRoutes(shop: shop, carriers: inputs.carriers).endpoints,
            workers: workers + [lateness],
            dependencies: { inputs.carriers.map { DependencyStatus("carrier-\($0.name)", $0.standing) } }
        )
    }
}
