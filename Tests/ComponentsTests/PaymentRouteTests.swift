import API
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing
import Trading

@testable import Components

@Suite("Paying through the API")
struct PaymentRouteTests {
    private func id(_ told: Told) throws -> ID<Order> {
        try #require(told["id"].flatMap { ID<Order>($0) }, "\(told.text)")
    }

    @Test("an order that may wait is answered once it is paid, and one that may not is answered at once")
    func prefer() async throws {
        let provider = ScriptedProvider("first", usual: { _, _ in .slow(.milliseconds(100)) })
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            let waited = try await client.order(wait: 5, key: "k")
            #expect(waited.status == 201)
            #expect(waited["state"] == "confirmed")
            #expect(waited["payment", "state"] == "authorised")
            #expect(waited["payment", "provider"] == "first")
            #expect(waited["secret"]?.hasPrefix("osk_") == true)
            #expect(waited.headers[.preferenceApplied] == "wait=5")
            let replayed = try await client.order(wait: 5, key: "k")
            #expect(replayed["state"] == "confirmed")
            #expect(replayed.headers[.idempotentReplayed] == "true")
            let hurried = try await client.order()
            #expect(hurried["state"] == "pendingPayment")
            #expect(hurried.headers[.preferenceApplied] == nil)
            #expect(hurried.headers[.location] == "/v1/orders/\(try id(hurried))")
            let order = try id(hurried)
            try await shop.until("the hurried one is paid") { try await shop.order(order)?.state == .confirmed }
            provider.script(.decline)
            let declined = try await client.order(wait: 5)
            #expect(declined["state"] == "pendingPayment")
            #expect(declined.headers[.preferenceApplied] == "wait=5")
        }
    }

    @Test("a payment that is not decided in time is answered as it is, with where to look")
    func preferTooShort() async throws {
        let shop = try await PaymentShop([ScriptedProvider("first", usual: { _, _ in .lostRequest })])
        try await shop.run { client in
            let told = try await client.order(wait: 1)
            #expect(told.status == 201)
            #expect(told["state"] == "pendingPayment")
            #expect(told.headers[.preferenceApplied] == nil)
        }
    }

    @Test("the whole life of a payment: held, taken as goods leave, given back, and told by the books")
    func wholeLife() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            let order = try id(try await client.order(wait: 5))
            _ = try await client.send(.post, "/v1/orders/\(order)/fulfilments", #"{"lines":[{"line":1,"quantity":1}]}"#)
            try await shop.until("a part is taken") { try await shop.payment(order)?.captured == 500 }
            _ = try await client.send(.post, "/v1/orders/\(order)/fulfilments")
            try await shop.until("all is taken") { try await shop.payment(order)?.captured == 1000 }
            let back = #"{"lines":[{"line":1,"quantity":1}],"reason":"r"}"#
            _ = try await client.send(.post, "/v1/orders/\(order)/returns", back)
            try await shop.until("the return is refunded") { try await shop.payment(order)?.refunded == 500 }
            let refunded = try await client.send(.post, "/v1/payments/\(Payment.id(of: order, attempt: 1))/refund")
            #expect(refunded.status == 200)
            try await shop.until("all is refunded") { try await shop.payment(order)?.status == .refunded }
            let charge = try #require(provider.charges.first)
            #expect((charge.captured, charge.refunded) == (Money(1000, .gbp), Money(1000, .gbp)))

            let list = try await client.send(.get, "/v1/orders/\(order)/payments")
            #expect(list["items", "0", "state"] == "refunded")
            #expect(!list.text.contains("tok_visa"))
            let entries = try await client.send(.get, "/v1/books/entries?order=\(order)&limit=3")
            #expect(entries["items", "0", "kind"] == "orderConfirmed")
            let next = try #require(entries["next"])
            let more = try await client.send(.get, "/v1/books/entries?order=\(order)&after=\(next)")
            #expect(more["items", "0", "number"] != nil)
            let clearing = try await client.send(.get, "/v1/books/entries?account=clearing/first")
            #expect(clearing["items", "3", "kind"] == "refunded")
            let balances = try await client.send(.get, "/v1/books/balances")
            #expect(balances["items", "0", "account"] == "receivable")
            let found = try await client.send(.get, "/v1/payments?state=refunded&provider=first")
            #expect(found["items", "0", "order"] == "\(order)")
        }
    }

    @Test("a declined buyer tries again with the order's secret; nobody does while an attempt is open")
    func retry() async throws {
        let provider = ScriptedProvider("first")
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            provider.script(.decline)
            let declined = try await client.order(wait: 5)
            let order = try id(declined)
            let secret = (HTTPField.Name.authorization, "Bearer \(try #require(declined["secret"]))")
            let body = #"{"method":"card","token":"tok_2"}"#
            let stranger = try await client.send(.post, "/v1/orders/\(order)/payments", body, [])
            #expect(stranger.status == 401)
            let again = try await client.send(
                .post,
                "/v1/orders/\(order)/payments",
                body,
                [secret, (.prefer, "wait=5")]
            )
            #expect(again.status == 201)
            #expect(again["state"] == "authorised")
            #expect(again["number"] == "2")
            #expect(try await shop.order(order)?.state == .confirmed)
            let third = try await client.send(.post, "/v1/orders/\(order)/payments", body, [secret])
            #expect(third["code"] == "wrong_state")
        }
        let idle = try await PaymentShop([provider])
        try await idle.run(working: false) { client in
            let order = try id(try await client.order())
            let body = #"{"method":"card","token":"tok_2"}"#
            let told = try await client.send(.post, "/v1/orders/\(order)/payments", body)
            #expect(told.status == 409)
            #expect(told["code"] == "payment_open")
            #expect(told["payment"] == "\(Payment.id(of: order, attempt: 1))")
            let paid = try await client.send(.post, "/v1/orders/\(order)/pay")
            #expect(paid["code"] == "payment_open")
        }
    }

    @Test("what cannot be paid is refused with its reason, and a card's number is never kept or repeated")
    func refusals() async throws {
        let shop = try await PaymentShop([ScriptedProvider("first")])
        try await shop.run(working: false) { client in
            let cases: [(String, Int, String)] = [
                (#"{"method":"card"}"#, 422, "/payment/token"),
                (#"{"method":"card","token":"4242424242424242"}"#, 422, "/payment/token"),
                (#"{"method":"card","token":"t","provider":"none"}"#, 422, "/payment/method"),
                (#"{"method":"manual","token":"t"}"#, 422, "/payment"),
                (#"{"method":"giftCard","code":"AAAA-BBBB"}"#, 422, "/payment/code"),
                (#"{"method":"storeCredit"}"#, 422, "/customer"),
                (#"{"method":"cheque"}"#, 422, "/payment/method"),
                (#"{"method":"card","token":"t","cvc":"123"}"#, 422, "/payment/cvc"),
            ]
            for (payment, status, pointer) in cases {
                let told = try await client.order(payment)
                #expect(told.status == status, "\(payment)")
                #expect(told["errors", "0", "pointer"] == pointer, "\(payment)")
                // Longer than a piece of a request id is likely to repeat.
                #expect(!told.text.contains("42424242"))
            }
            #expect(
                try await shop.shop.ledger.read { (view) throws(LedgerFailure) in
                    try view.rows(RowQuery<OrderRow>(limit: 9)).isEmpty
                }
            )
        }
    }

    @Test("a gift card's code is told once, pays once, and is told again only to the request that made it")
    func giftCards() async throws {
        let shop = try await PaymentShop([])
        try await shop.run { client in
            let body = #"{"amount":{"amount":1500,"currency":"GBP"}}"#
            let headers = [PaymentShop.authorization, (.idempotencyKey, "gift")]
            let card = try await client.send(.post, "/v1/gift-cards", body, headers)
            #expect(card.status == 201)
            let code = try #require(card["code"])
            let again = try await client.send(.post, "/v1/gift-cards", body, headers)
            #expect(again["code"] == code)
            let pay = #"{"method":"giftCard","code":"\#(code.lowercased())"}"#
            let order = try await client.order(pay)
            #expect(order["state"] == "confirmed")
            #expect(order["payment", "state"] == "paid")
            let second = try await client.order(pay)
            #expect(second["code"] == "insufficient_funds")
            #expect(second["funds", "amount"] == "500")
            let seen = try await client.send(.get, "/v1/gift-cards/\(try #require(card["id"]))")
            #expect(seen["balance", "amount"] == "500")
            #expect(!seen.text.contains(code))
            let customer = try #require(
                try await client.send(.post, "/v1/customers", #"{"email":"a@example.com"}"#)["id"]
            )
            let grant = #"{"amount":{"amount":700,"currency":"GBP"},"reason":"sorry"}"#
            let granted = try await client.send(.post, "/v1/customers/\(customer)/store-credit", grant)
            #expect(granted["balance", "amount"] == "700")
            let credit = try await client.send(.get, "/v1/customers/\(customer)/store-credit")
            #expect(credit["items", "0", "balance", "amount"] == "700")
        }
    }

    @Test("a webhook is let in by its signature alone, and its repeats are harmless")
    func webhooks() async throws {
        let provider = ScriptedProvider("first", usual: { _, _ in .lostReply })
        let shop = try await PaymentShop([provider])
        try await shop.run { client in
            let order = try id(try await client.order())
            let payment = Payment.id(of: order, attempt: 1)
            func send(_ body: String, _ signature: String?) async throws -> Told {
                let header = try #require(HTTPField.Name("Signature"))
                return try await client.send(
                    .post,
                    "/v1/providers/first/webhook",
                    body,
                    signature.map { [(header, $0)] } ?? []
                )
            }
            #expect(try await send("evt_1 \(payment)", nil).status == 401)
            #expect(try await send("evt_1 \(payment)", "guess").status == 401)
            #expect(try await send("evt_1", "secret").status == 400)
            #expect(try await send("evt_1 \(payment)", "secret").status == 200)
            #expect(try await send("evt_1 \(payment)", "secret").status == 200)
            #expect(try await send("evt_2 ch_unknown", "secret").status == 200)
            let inbox = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in
                try view.rows(RowQuery<InboxRow>(limit: 9)).map(\.key.event)
            }
            #expect(inbox == ["evt_1", "evt_2"])
            let stranger = try await client.send(.post, "/v1/providers/none/webhook", "evt_1 x", [])
            #expect(stranger.status == 404)
            #expect(try await shop.payment(order)?.status == .processing)
        }
    }
}
