import API
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Providers
import Testing
import Trading

@testable import Components

@Suite("The payment worker")
struct PaymentWorkerTests {
    private func place(_ client: any TestClientProtocol, _ count: Int, provider: String) async throws -> [ID<Order>] {
        var orders: [ID<Order>] = []
        for _ in 0..<count {
            let told = try await client.order(#"{"method":"card","token":"tok","provider":"\#(provider)"}"#)
            orders.append(try #require(told["id"].flatMap { ID<Order>($0) }, "\(told.text)"))
        }
        return orders
    }

    @Test("an answer that was lost is asked for again under the same key: one charge, however often")
    func lostReplies() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider], capture: .atOnce)
        provider.script(.lostReply, .unreachable, .lostReply)
        try await shop.run { client in
            let order = try await place(client, 1, provider: "first")[0]
            try await shop.until("it is paid") { try await shop.order(order)?.paymentState == .paid }
            #expect(Set(provider.calls).count == 1)
            #expect(provider.calls.count == 4)
            #expect(provider.charges.count == 1)
        }
    }

    @Test("a provider that is slow delays no other, and no more than its bound are called at once")
    func lanes() async throws {
        let slow = ScriptedProvider("slow", usual: { _, _ in .slow(.seconds(5)) })
        let quick = ScriptedProvider("quick")
        let shop = try await PaymentShop([slow, quick], callsMax: 4)
        try await shop.run { client in
            let late = try await place(client, 12, provider: "slow")
            let orders = try await place(client, 12, provider: "quick")
            try await shop.until("the quick ones are paid") {
                for order in orders where try await shop.order(order)?.state != .confirmed { return false }
                return true
            }
            var waiting = 0
            for order in late where try await shop.order(order)?.state == .pendingPayment { waiting += 1 }
            #expect(waiting > 0, "the slow ones take a quarter of a minute")
            #expect(slow.mostUnderWay <= 4)
            #expect(quick.mostUnderWay <= 4)
        }
    }

    @Test("an order that is called off while its money is on the way keeps none of it")
    func lateSuccess() async throws {
        for mode in CaptureMode.allCases {
            let provider = ScriptedProvider(
                "first",
                usual: { number, _ in number == 1 ? .slow(.milliseconds(200)) : .ok }
            )
            let shop = try await PaymentShop([provider], capture: mode)
            try await shop.run { client in
                let order = try await place(client, 1, provider: "first")[0]
                try await shop.until("it is asked for") { provider.calls.count == 1 }
                #expect(try await client.send(.post, "/v1/orders/\(order)/cancel").status == 200)
                try await shop.until("it is undone") { provider.calls.count == 2 }
                try await shop.until("it is settled") { try await shop.payment(order)?.openOperation == nil }
                let charge = try #require(provider.charges.first)
                #expect(charge.captured == charge.refunded)
                #expect(mode == .atOnce || charge.state == .voided)
            }
        }
    }

    @Test("whatever goes wrong, every order is paid once and both books are the same")
    func chaos() async throws {
        let provider = ScriptedProvider("first") { number, ofKey in
            switch (ofKey, number % 4) {
            case (1, 0), (2, 1): .lostReply
            case (1, 1), (2, 2): .unreachable
            case (1, 2): .lostRequest
            default: .ok
            }
        }
        let shop = try await PaymentShop([provider], capture: .atOnce)
        try await shop.run { client in
            let orders = try await place(client, 40, provider: "first")
            for order in orders.prefix(10) { _ = try await client.send(.post, "/v1/orders/\(order)/cancel") }
            try await shop.until("all is settled") {
                for order in orders where try await shop.payment(order)?.openOperation != nil { return false }
                return true
            }
            let now = Timestamp.now
            let result = try await Reconciler(provider: provider, book: PaymentBook(shop.shop.ledger))
                .run(from: now.adding(seconds: -600), to: now.adding(seconds: 600))
            #expect(result.isClean, "\(result.mismatches)")
            #expect(result.open == 0)
            for order in orders.dropFirst(10) { #expect(try await shop.order(order)?.paymentState == .paid) }
            for order in orders.prefix(10) {
                let payments = try #require(try await shop.order(order)?.payments)
                #expect(payments.captured == payments.refunded)
            }
        }
    }
}

@Suite("Reconciliation")
struct ReconciliationTests {
    @Test("finds what is missing on either side and what differs, and says what it is worth")
    func both() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider], capture: .atOnce)
        try await shop.run { client in
            var orders: [ID<Order>] = []
            for _ in 0..<5 {
                let told = try await client.order(wait: 5)
                orders.append(try #require(told["id"].flatMap { ID<Order>($0) }))
            }
            let reconciler = Reconciler(provider: provider, book: PaymentBook(shop.shop.ledger))
            let (from, to) = (Timestamp.now.adding(seconds: -600), Timestamp.now.adding(seconds: 600))
            let clean = try await reconciler.run(from: from, to: to)
            #expect(clean.isClean)
            #expect(clean.matched == 5)
            let ids = orders.map { Payment.id(of: $0, attempt: 1) }
            provider.spoil { charges in
                charges["\(ids[0])"] = nil
                charges["\(ids[1])"]?.captured = Money(900, .gbp)
                charges["\(ids[2])"]?.refunds = [ProviderRefund(id: "re_1", amount: Money(50, .gbp))]
                charges["stray"] = charges["\(ids[3])"]
                charges["stray"]?.payment = nil
            }
            let found = try await reconciler.run(from: from, to: to)
            #expect(found.matched == 2)
            #expect(Set(found.mismatches.map(\.name)) == ["missingThere", "missingHere", "differs"])
            #expect(found.mismatches.count == 4)
            #expect(found.unmatched == [.gbp: 1000 + 100 + 50 + 1000])
        }
    }
}
