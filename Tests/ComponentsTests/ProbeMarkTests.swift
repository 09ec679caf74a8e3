import HTTPTypes
import Ledger
import Testing
import Trading

@testable import Components

@Suite("What a prober does is seen by no merchant")
struct ProbeMarkTests {
    private static let product = #"""
        {"name":"Probe","categories":["tradewind-probe"],"tracked":false,"prices":[{"amount":100,"currency":"GBP"}]}
        """#
    private static let line = #""currency":"GBP","lines":[{"sku":"probe-1","quantity":1}]"#
    private static let mark = #""metadata":{"tradewind-probe":"1"}"#

    @Test("a round of a prober leaves nothing in events, webhooks, payments, books and lists, and a real order does")
    func unseen() async throws {
        let shop = try await PaymentShop([ScriptedProvider("sandbox")], capture: .atOnce)
        let url = try WebhookURL("https://example.com/hooks")
        _ = try await shop.shop.committer.submit(
            CreateWebhook(url: url, filter: EventFilter(stored: ["*"]), description: "d")
        )
        try await shop.run { client in
            let start = try #require(try await client.send(.get, "/v1/events")["next"])
            #expect(try await client.send(.put, "/v1/products/probe-1", Self.product).status == 201)
            let cart = try #require(try await client.send(.post, "/v1/carts", "{\(Self.line)}")["id"])
            let body = #"""
                {"cart":"\#(cart)","currency":"GBP","payment":{"method":"card","token":"tok_ok"},\#(Self.mark)}
                """#
            let placed = try await client.send(
                .post,
                "/v1/orders",
                body,
                [PaymentShop.authorization, (.prefer, "wait=10")]
            )
            #expect(placed["state"] == "confirmed")
            let id = try #require(placed["id"])
            #expect(try await client.send(.post, "/v1/orders/\(id)/shipments").status == 404)
            #expect(try await client.send(.post, "/v1/orders/\(id)/fulfil").status == 404)
            #expect(try await client.send(.post, "/v1/orders/\(id)/cancel").status == 200)
            let order = try #require(ID<Order>(id))
            try await shop.until("the money is given back") { try await shop.payment(order)?.refunded == 100 }

            let events = try await client.send(.get, "/v1/events?after=\(start)")
            #expect(events["items", "0"] == nil, "\(events.text)")
            let next = try #require(events["next"].flatMap { Int64($0) })
            #expect(next > (Int64(start) ?? .max), "a reader goes on behind what it is not shown")
            #expect(try await client.send(.get, "/v1/events?after=\(start)&probes=true")["items", "0", "type"] != nil)
            #expect(try await client.send(.get, "/v1/payments")["items", "0"] == nil)
            #expect(try await client.send(.get, "/v1/orders")["items", "0"] == nil)
            #expect(try await client.send(.get, "/v1/books/entries")["items", "0"] == nil)
            #expect(try await client.send(.get, "/v1/books/balances")["items", "0"] == nil)
            #expect(try await client.send(.get, "/v1/products")["items", "0", "sku"] == "MUG")
            #expect(try await client.send(.get, "/v1/products")["items", "1"] == nil)
            #expect(try await Self.news(shop).isEmpty, "a webhook is woken for a prober")

            let real = try await client.order(wait: 10)
            #expect(real["state"] == "confirmed")
            let told = try await client.send(.get, "/v1/events?after=\(next)&type=order.placed")
            #expect(told["items", "0", "subject"] == real["id"])
            #expect(try await client.send(.get, "/v1/payments")["items", "0", "order"] == real["id"])
            #expect(try await client.send(.get, "/v1/books/entries")["items", "0", "order"] == real["id"])
            #expect(try await !Self.news(shop).isEmpty)
        }
    }

    private static func news(_ shop: PaymentShop) async throws -> [EventRow] {
        try await shop.shop.ledger.read { (view) throws(LedgerFailure) in
            let endpoints = try view.rows(RowQuery<WebhookRow>(limit: 10))
            var events: [EventRow] = []
            for endpoint in endpoints {
                events += try DeliveryBatch(endpoint.key, .deliverWebhook, in: view)?.events ?? []
            }
            return events
        }
    }

    @Test("a guest neither sees what is there for probers, nor can put it in a cart, quote or buy it")
    func guest() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            #expect(try await client.send(.put, "/v1/products/probe-1", Self.product).status == 201)
            #expect(try await client.send(.get, "/v1/products/probe-1").status == 200)
            let order = "{\(Self.line)}"
            for (method, path, body, status) in [
                (.get, "/v1/products/probe-1", nil, 404), (.post, "/v1/carts", order, 422),
                (.post, "/v1/orders", order, 422), (.post, "/v1/orders/quote", order, 422),
            ] as [(HTTPRequest.Method, String, String?, Int)] {
                let answer = try await client.send(method, path, body, [])
                #expect(answer.status == status, "\(path): \(answer.text)")
            }
            for query in ["", "?category=tradewind-probe", "?q=probe"] {
                let list = try await client.send(.get, "/v1/products\(query)", nil, [])
                #expect(!list.text.contains("probe-1"), "\(query)")
            }
            let cart = try #require(try await client.send(.post, "/v1/carts", #"{"currency":"GBP"}"#, [])["id"])
            let line = #"{"sku":"probe-1","quantity":1}"#
            #expect(try await client.send(.post, "/v1/carts/\(cart)/lines", line, []).status == 422)
            // A merchant's own order for the probe product, without the mark, is refused too.
            #expect(try await client.send(.post, "/v1/orders", order).status == 422)
        }
    }

    @Test("a prober pays with what moves no real money, or not at all")
    func payment() async throws {
        let shop = try await PaymentShop([ScriptedProvider("first")])
        try await shop.run(working: false) { client in
            #expect(try await client.send(.put, "/v1/products/probe-1", Self.product).status == 201)
            for payment in [#"{"method":"card","token":"tok_ok"}"#, #"{"method":"cashOnDelivery"}"#] {
                let body = "{\(Self.line),\(Self.mark),\"payment\":\(payment)}"
                let refused = try await client.send(.post, "/v1/orders", body)
                #expect(refused.status == 422, "\(refused.text)")
            }
            let unpaid = try await client.send(.post, "/v1/orders", "{\(Self.line),\(Self.mark)}")
            #expect(unpaid.status == 201)
            let id = try #require(unpaid["id"])
            #expect(try await client.send(.post, "/v1/orders/\(id)/pay").status == 404)
            let later = try await client.send(
                .post,
                "/v1/orders/\(id)/payments",
                #"{"method":"card","token":"tok_ok"}"#
            )
            #expect(later.status == 422, "\(later.text)")
        }
    }
}
