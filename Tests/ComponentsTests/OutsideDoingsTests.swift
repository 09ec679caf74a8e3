import API
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import OrderArchive
import Providers
import Testing
import Trading

@testable import Components

@Suite("What other hands did at a provider, through the API")
struct OutsideDoingsTests {
    private static let signature: [(HTTPField.Name, String)] = {
        guard let name = HTTPField.Name("signature") else { preconditionFailure("a header's name is a token") }
        return [(name, "secret")]
    }()

    private func id(_ told: Told) throws -> ID<Order> {
        try #require(told["id"].flatMap { ID<Order>($0) }, "\(told.text)")
    }

    private func tell(_ client: any TestClientProtocol, _ event: String, of order: ID<Order>) async throws {
        let payment = Payment.id(of: order, attempt: 1)
        let told = try await client.send(
            .post,
            "/v1/providers/first/webhook",
            "\(event) \(payment)",
            Self.signature
        )
        #expect(told.status == 200, "\(told.text)")
    }

    @Test("a refund there is found by its webhook, and a full return gives back only what is left and says so")
    func refund() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider], capture: .atOnce)
        try await shop.run { client in
            let order = try id(try await client.order(wait: 5))
            _ = try await client.send(.post, "/v1/orders/\(order)/fulfilments")
            let payment = Payment.id(of: order, attempt: 1)
            provider.spoil { $0["\(payment)"]?.refunds = [ProviderRefund(id: "re_x", amount: Money(300, .gbp))] }
            try await tell(client, "evt_1", of: order)
            try await shop.until("it is followed") { try await shop.payment(order)?.refunded == 300 }
            let seen = try await client.send(.get, "/v1/orders/\(order)")
            #expect(seen["payment", "refunded", "amount"] == "300")
            let told = try await client.send(.get, "/v1/payments/\(payment)")
            #expect(told["operations", "1", "kind"] == "refund" && told.text.contains(#""outside":true"#))
            let back = #"{"lines":[{"line":1,"quantity":2}],"reason":"r"}"#
            let taken = try await client.send(.post, "/v1/orders/\(order)/returns", back)
            #expect(taken["credit", "amount"] == "1000" && taken["refund", "amount"] == "700", "\(taken.text)")
            try await shop.until("the rest is given back") { try await shop.payment(order)?.status == .refunded }
            #expect(provider.charges.first?.refunded == Money(1000, .gbp))
        }
    }

    @Test("a refund there of an archived order brings the order back, and is followed")
    func archivedRefund() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "outside-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let archive = ArchiveDirectory(path: directory.path)
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider], capture: .atOnce, archive: archive)
        try await shop.run { client in
            let order = try id(try await client.order(wait: 5))
            _ = try await client.send(.post, "/v1/orders/\(order)/fulfilments")
            let archiver = OrderArchiver(shop.shop.ledger, shop.shop.committer, archive)
            let outcome = try await archiver.run(closedBefore: Timestamp.now.adding(seconds: 60))
            #expect(outcome.archived == 1)
            #expect(try await shop.order(order) == nil)
            let payment = Payment.id(of: order, attempt: 1)
            try await tell(client, "evt_1", of: ID(high: 1, low: 1))
            #expect(try await shop.order(order) == nil)
            provider.spoil { $0["\(payment)"]?.refunds = [ProviderRefund(id: "re_x", amount: Money(300, .gbp))] }
            try await tell(client, "evt_2", of: order)
            try await shop.until("it is followed") { try await shop.payment(order)?.refunded == 300 }
            #expect(try await shop.order(order) != nil)
        }
    }

    @Test(
        "a refund there that no webhook told of: what the return asks for is refused, looked into, and the rest given back"
    )
    func silentRefund() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider], capture: .atOnce)
        try await shop.run { client in
            let order = try id(try await client.order(wait: 5))
            _ = try await client.send(.post, "/v1/orders/\(order)/fulfilments")
            let payment = Payment.id(of: order, attempt: 1)
            provider.spoil { $0["\(payment)"]?.refunds = [ProviderRefund(id: "re_x", amount: Money(300, .gbp))] }
            let back = #"{"lines":[{"line":1,"quantity":2}],"reason":"r"}"#
            _ = try await client.send(.post, "/v1/orders/\(order)/returns", back)
            try await shop.until("the rest is given back") { try await shop.payment(order)?.status == .refunded }
            #expect(provider.charges.first?.refunded == Money(1000, .gbp))
        }
    }

    @Test("the reconciliation follows what no webhook told of, and differs no longer")
    func reconciliation() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            var orders: [ID<Order>] = []
            for _ in 0..<4 { orders.append(try id(try await client.order(wait: 5))) }
            let ids = orders.map { "\(Payment.id(of: $0, attempt: 1))" }
            provider.spoil { charges in
                charges[ids[0]]?.state = .voided
                charges[ids[0]]?.held = .zero(.gbp)
                charges[ids[1]]?.state = .captured
                charges[ids[1]]?.held = .zero(.gbp)
                charges[ids[1]]?.captured = Money(1000, .gbp)
                charges[ids[2]]?.state = .captured
                charges[ids[2]]?.held = .zero(.gbp)
                charges[ids[2]]?.captured = Money(1000, .gbp)
                charges[ids[2]]?.disputed = Money(1000, .gbp)
            }
            let reconciler = Reconciler(provider: provider, book: PaymentBook(shop.shop.ledger))
            let (from, to) = (Timestamp.now.adding(seconds: -600), Timestamp.now.adding(seconds: 600))
            let before = try await reconciler.run(from: from, to: to)
            #expect(Set(before.differing.map(\.description)) == Set(ids.prefix(3)))
            #expect(before.held == [.gbp: 1000])
            let worker = ReconcileWorker(
                shop: shop.shop,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            await worker.reconcile(span: 600)
            try await shop.until("all is followed") { try await reconciler.run(from: from, to: to).isClean }
            #expect(try await shop.payment(orders[0])?.status == .voided)
            let ship = try await client.send(.post, "/v1/orders/\(orders[0])/fulfilments")
            #expect(ship.status == 409 && ship["code"] == "payment_needed" && ship["payment"] == ids[0], "\(ship.text)")
            #expect(try await client.send(.get, "/v1/orders/\(orders[1])")["payment", "state"] == "paid")
            #expect(try await client.send(.get, "/v1/orders/\(orders[2])")["payment", "disputed", "amount"] == "1000")
            let balances = try await client.send(.get, "/v1/books/balances")
            #expect(balances.text.contains(#""account":"disputes""#))
        }
    }

    @Test("a capture that is not final is refused at once where the provider takes all in one piece")
    func capturesOnce() async throws {
        let provider = ScriptedProvider("first", capturesInParts: false)
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            let order = try id(try await client.order(wait: 5))
            let payment = Payment.id(of: order, attempt: 1)
            let part = #"{"amount":{"amount":300,"currency":"GBP"},"final":false}"#
            let told = try await client.send(.post, "/v1/payments/\(payment)/capture", part)
            #expect(told.status == 409 && told["code"] == "captures_once", "\(told.text)")
            #expect(try await shop.payment(order)?.operations.count == 1)
            let whole = #"{"amount":{"amount":300,"currency":"GBP"}}"#
            #expect(try await client.send(.post, "/v1/payments/\(payment)/capture", whole).status == 200)
            try await shop.until("it is taken") { try await shop.payment(order)?.captured == 300 }
        }
    }

    @Test("an order that the provider cannot give back unit by unit is refused, and so is an amount that it cannot say")
    func representable() async throws {
        // With a step of 2.00 the price of one mug, 5.00, cannot be represented; that of two, 10.00, can.
        let shop = try await PaymentShop([ScriptedProvider("first", rule: AmountRule(step: 200))])
        try await shop.run(working: false) { client in
            let told = try await client.order()
            #expect(told.status == 422)
            #expect(told["errors", "0", "code"] == "amount_not_representable", "\(told.text)")
            #expect(told["errors", "0", "pointer"] == "/payment/method")
            #expect(try await client.order(#"{"method":"manual"}"#).status == 201)
        }
        let fine = try await PaymentShop([ScriptedProvider("first", rule: AmountRule(step: 100))], capture: .atOnce)
        try await fine.run { client in
            let order = try id(try await client.order(wait: 5))
            let payment = Payment.id(of: order, attempt: 1)
            let odd = #"{"amount":{"amount":150,"currency":"GBP"}}"#
            let told = try await client.send(.post, "/v1/payments/\(payment)/refund", odd)
            #expect(told.status == 422 && told["errors", "0", "code"] == "amount_not_representable", "\(told.text)")
            #expect(try await fine.payment(order)?.operations.count == 1)
        }
    }

    @Test("a provider's own words for a decline stand in the attempt, cleaned")
    func words() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            provider.script(.decline)
            let order = try id(try await client.order(wait: 5))
            let told = try await client.send(.get, "/v1/orders/\(order)/payments")
            #expect(told["items", "0", "operations", "0", "code"] == "card_declined")
            #expect(told["items", "0", "operations", "0", "detail"] == "Not enough funds.")
        }
    }
}
