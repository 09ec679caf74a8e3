import Foundation
import Ledger
import OrderArchive
import Testing
import Trading

@testable import Components

/// A shop whose one closed order, of a customer, has everything that an order can have.
struct ArchivedShop {
    let shop: DeliveryShop
    let archive: ArchiveDirectory
    let customer: ID<Customer>
    let order: ID<Order>
    let parcel: ID<Shipment>
    let taken: ID<Return>
    let credit: ID<Credit>

    var payment: ID<Payment> { Payment.id(of: order, attempt: 1) }

    var archiver: OrderArchiver { OrderArchiver(shop.shop.ledger, shop.shop.committer, archive) }

    /// Everything that can be read of the order.
    var paths: [String] {
        [
            "orders/\(order)", "orders/\(order)/payments", "orders/\(order)/shipments", "orders/\(order)/returns",
            "payments/\(payment)", "shipments/\(parcel)", "shipments/\(parcel)/label", "returns/\(taken)",
            "credits/\(credit)",
        ].map { "/v1/\($0)" }
    }

    init(archiving schedule: ArchiveSchedule? = nil) async throws {
        archive = ArchiveDirectory(path: NSTemporaryDirectory() + "archived-\(UUID().uuidString)")
        let carrier = ScriptedCarrier("sandbox")
        carrier.print("the label")
        var settings = ShopSettings()
        settings.archiving = schedule
        shop = try await DeliveryShop([carrier], archive: archive, settings: settings)
        let committer = shop.shop.committer
        customer = try await committer.submit(PutCustomer(CustomerDetails(email: "ann@example.com"))).outcome.id
        let place = PlaceOrder(
            source: .lines([OrderRequestLine(sku: SKU(stored: "MUG"), quantity: 3)], .gbp),
            customer: OrderCustomer(id: customer),
            shipTo: ["name": "Ann", "country": "GB"],
            holdSeconds: 900,
            authority: .shop
        )
        order = try await committer.submit(place).outcome.order.id
        _ = try await committer.submit(ChangeOrder(order, .pay(reason: nil)))
        parcel = try await committer.submit(CreateShipment(order: order, carrier: "sandbox")).outcome.id
        try await shop.pass(seconds: 3)
        _ = try await committer.submit(HandOver(parcel))
        carrier.happen(.delivered, to: "\(parcel)", at: shop.now)
        try await shop.pass(seconds: 700, step: 50)
        let line = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)
        taken = try await committer.submit(TakeBack(order: order, lines: [line], reason: "broken")).outcome.id
        let payout = GiveCredit(kind: .payout, amount: Money(500, .gbp), reason: "paid back", order: order)
        credit = try await committer.submit(payout).outcome.id
        try await shop.pass(seconds: 7200, step: 600)
    }

    func move() async throws {
        #expect(try await archiver.run(closedBefore: shop.now).archived == 1)
        let hot = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in try view.row(OrderRow.self, order) }
        #expect(hot == nil)
    }

    func end() { try? FileManager.default.removeItem(atPath: archive.path) }
}
