import Foundation
import HTTPTypes
import HummingbirdTesting
import JSON
import Ledger
import Testing
import Trading

@testable import API
@testable import Components

@Suite("Lists")
struct ListTests {
    typealias Client = any TestClientProtocol

    /// One list: its path, its filters, what identifies an item, and how to create another item.
    struct List: Sendable {
        let path: String
        let name: String
        /// Creates the item with this number, starting at 1.
        let make: @Sendable (Client, Int) async throws -> Void
    }

    /// The lists of a shop by the ids of their routes.
    static func lists(_ client: Client, _ shop: ListShop) async throws -> [String: [List]] {
        try await client.putProduct("A+1", "First", #","group":"G""#)
        try await client.done(.put, "/v1/groups/G", #"{"name":"Group"}"#)
        try await client.done(.put, "/v1/locations/east", #"{"name":"East"}"#)
        let tracked = #"{"name":"Tracked","prices":[{"amount":500,"currency":"GBP"}]}"#
        try await client.done(.put, "/v1/products/TRACKED", tracked)
        let customer = try #require(try await client.done(.post, "/v1/customers", #"{"email":"z@x.example"}"#)["id"])
        let order = try await client.paidOrder()
        let hook = try #require(
            try await client.done(.post, "/v1/webhooks", #"{"url":"http://127.0.0.1:9/x","events":["*"]}"#)["id"]
        )
        // Creates an item that sorts before or after the existing ones.
        let products = { @Sendable (path: String, prefix: String) in
            List(path: path, name: "sku") { client, number in
                let sku = "\(prefix)+\(number % 2 == 0 ? 50 - number : 50 + number)"
                try await client.putProduct(sku, "Plus", #","group":"G""#)
            }
        }
        return [
            "listProducts": [
                products("/v1/products?", "P"), products("/v1/products?q=plus&active=true", "Q"),
                products("/v1/products?group=G", "R"),
            ],
            "getGroup": [products("/v1/groups/G?", "S")],
            "listGroups": [
                List(path: "/v1/groups?", name: "code") { client, number in
                    try await client.done(.put, "/v1/groups/G+\(number)", #"{"name":"n"}"#)
                }
            ],
            "listMovements": ["", "location=main"].map { filter in
                List(path: "/v1/stock/TRACKED/movements?\(filter)", name: "id") { client, number in
                    let location = number % 3 == 0 && filter.isEmpty ? "east" : "main"
                    let body = #"{"delta":1,"reason":"r","location":"\#(location)"}"#
                    try await client.done(.post, "/v1/stock/TRACKED/adjustments", body)
                }
            },
            "listOrders": ["", "state=confirmed", "email=a%2Bb@x.example", "reference=web-1"].map { filter in
                List(path: "/v1/orders?\(filter)", name: "id") { client, _ in _ = try await client.paidOrder() }
            },
            "listPayments": [
                List(path: "/v1/payments?", name: "id") { client, _ in
                    let payment = #"{"method":"card","token":"tok_visa"}"#
                    let body = #"{"lines":[{"sku":"A+1","quantity":1}],"currency":"GBP","payment":\#(payment)}"#
                    try await client.done(.post, "/v1/orders", body)
                }
            ],
            "listReturns": [
                List(path: "/v1/returns?", name: "id") { client, _ in
                    let order = try await client.paidOrder()
                    try await client.done(.post, "/v1/orders/\(order)/fulfilments")
                    let body = #"{"lines":[{"line":1,"quantity":1}],"reason":"r"}"#
                    try await client.done(.post, "/v1/orders/\(order)/returns", body)
                }
            ],
            "listCredits": [
                List(path: "/v1/credits?kind=credit", name: "id") { client, _ in
                    let body = #"{"amount":{"amount":5,"currency":"GBP"},"reason":"r","customer":"\#(customer)"}"#
                    try await client.done(.post, "/v1/credits", body)
                }
            ],
            "listShipments": [
                List(path: "/v1/shipments?", name: "id") { client, _ in
                    try await client.done(.post, "/v1/orders/\(try await client.paidOrder())/shipments")
                }
            ],
            "listCustomers": [
                List(path: "/v1/customers?", name: "id") { client, number in
                    try await client.done(.post, "/v1/customers", #"{"email":"a+\#(number)@x.example"}"#)
                }
            ],
            "listEntries": ["", "account=giftCards"].map { filter in
                List(path: "/v1/books/entries?\(filter)", name: "number") { client, _ in
                    let body = #"{"amount":{"amount":5,"currency":"GBP"}}"#
                    try await client.done(.post, "/v1/gift-cards", body)
                }
            },
            "listWebhooks": [
                List(path: "/v1/webhooks?", name: "id") { client, number in
                    let body = #"{"url":"http://127.0.0.1:9/\#(number)","events":["*"]}"#
                    let id = try await client.done(.post, "/v1/webhooks", body)["id"] ?? ""
                    // An item that is removed again, before or after the current position.
                    if number % 2 == 0 { try await client.done(.delete, "/v1/webhooks/\(id)") }
                }
            ],
            "listDeliveries": [
                List(path: "/v1/webhooks/\(hook)/deliveries?", name: "number") { [shop = shop.shop] _, number in
                    let attempt = DeliveryAttempt(
                        message: "m\(number)",
                        event: nil,
                        type: "webhook.test",
                        origin: .test,
                        at: .now,
                        milliseconds: 1,
                        answer: .status(200, retryAfter: nil)
                    )
                    _ = try await shop.committer.submit(RecordTestDelivery(try #require(ID(hook)), attempt))
                }
            ],
            "listEvents": [
                List(path: "/v1/events?", name: "seq") { client, number in
                    try await client.done(.put, "/v1/groups/E\(number)", #"{"name":"n"}"#)
                }
            ],
            "listOrderReturns": [
                List(path: "/v1/orders/\(order)/returns?", name: "id") { client, number in
                    if number == 1 { try await client.done(.post, "/v1/orders/\(order)/fulfilments") }
                    guard number <= 2 else { return }
                    let body = #"{"lines":[{"line":1,"quantity":1}],"reason":"r"}"#
                    try await client.done(.post, "/v1/orders/\(order)/returns", body)
                }
            ],
        ]
    }

    @Test("every list shows each thing once, a page of one at a time, whatever comes and goes meanwhile")
    func everyList() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            let lists = try await Self.lists(client, shop)
            let paged = shop.endpoints.filter { endpoint in
                endpoint.parameters.contains { $0.place == .query && $0.name == "after" }
            }
            #expect(paged.count >= 15)
            for endpoint in paged {
                let known = try #require(lists[endpoint.id], "the test knows how to fill \(endpoint.id)")
                for list in known { try await Self.walk(list, client) }
            }
        }
    }

    private static func walk(_ list: List, _ client: Client) async throws {
        for number in 1...5 { try await list.make(client, number) }
        let before = try await all(list, client)
        #expect(before.count >= 2 && Set(before).count == before.count, "\(list.path): \(before)")
        var seen: [String] = []
        var after = ""
        var made = 5
        for turn in 0..<200 {
            let told = try await client.done(.get, "\(list.path)&limit=1\(after)")
            let (items, next) = try page(told.text, list.name)
            #expect(items.count <= 1)
            seen += items
            guard let next, !(items.isEmpty && list.name == "seq") else { break }
            #expect(
                next.utf8.allSatisfy {
                    ($0 >= 0x30 && $0 < 0x3A) || ($0 | 32 > 0x60 && $0 | 32 < 0x7B) || $0 == 0x2D || $0 == 0x5F
                }
            )
            // The cursor as it was given, and with every character percent-encoded.
            let escaped = next.utf8.map { "%" + String(Int($0) | 0x100, radix: 16).suffix(2) }.joined()
            after = "&after=" + (turn % 2 == 0 ? next : escaped)
            if made < 9 {
                made += 1
                try await list.make(client, made)
            }
        }
        #expect(Set(seen).count == seen.count, "\(list.path) shows nothing twice: \(seen)")
        #expect(Set(before).isSubset(of: seen), "\(list.path) leaves nothing out: \(before) \(seen)")
    }

    private static func all(_ list: List, _ client: Client) async throws -> [String] {
        try page(try await client.done(.get, "\(list.path)&limit=200").text, list.name).items
    }

    private static func page(_ text: String, _ name: String) throws -> (items: [String], next: String?) {
        let body = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let items = (body["items"] ?? body["variants"]) as? [Any] ?? []
        let names = items.map { item in
            (item as? [String: Any]).map { "\($0[name] ?? "?")" } ?? "\(item)"
        }
        let next = body["next"].flatMap { $0 is NSNull ? nil : "\($0)" }
        return (names, next)
    }

    @Test("a cursor of another list, another filter, another shop, or none at all is refused with its own code")
    func foreignCursors() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            for number in 1...3 { try await client.putProduct("P\(number)") }
            for number in 1...2 { try await client.done(.put, "/v1/groups/G\(number)", #"{"name":"n"}"#) }
            let product = try #require(try await client.done(.get, "/v1/products?limit=1")["next"])
            let group = try #require(try await client.done(.get, "/v1/groups?limit=1")["next"])
            let found = try #require(try await client.done(.get, "/v1/products?limit=1&q=mug")["next"])
            var forged = Array(product.utf8)
            forged[3] = forged[3] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let other = OrderSecret(shopSecret: [9])
            let foreign = PageCursor(list: Query.list("listProducts", "/v1/products"), other).text(SKU(stored: "P1"))
            for (path, cursor) in [
                ("/v1/products?", group), ("/v1/products?", found), ("/v1/products?q=mug", product),
                ("/v1/products?q=mugs", found), ("/v1/products?active=true", product), ("/v1/groups?", product),
                ("/v1/products?", String(decoding: forged, as: UTF8.self)), ("/v1/products?", foreign),
                ("/v1/products?", "P1"), ("/v1/products?", "1"), ("/v1/products?", ""), ("/v1/products?", "%00"),
                ("/v1/products?", product + "="), ("/v1/products?", product + "A"), ("/v1/orders?", product),
            ] {
                let told = try await client.send(.get, "\(path)&after=\(cursor)", nil, [ListShop.authorization])
                #expect(told.status == 422 && told["code"] == "invalid_cursor", "\(path)&after=\(cursor): \(told.text)")
            }
            let whole = try await client.done(.get, "/v1/products?limit=2&after=\(product)")
            #expect(whole["items", "0", "sku"] == "P2", "the length of a page may change")
        }
    }

    @Test("a group of 1,100 variants shows all of them, page by page")
    func largeGroup() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            let products = (0..<1100).map { number in
                Product(sku: SKU(stored: "V\(10_000 + number)"), name: "V", group: "BIG", prices: [])
            }
            _ = try await shop.shop.committer.submit(PutProducts(products))
            try await client.done(.put, "/v1/groups/BIG", #"{"name":"Big"}"#)
            var seen: [String] = []
            var path = "/v1/groups/BIG"
            for _ in 0..<20 {
                let told = try await client.done(.get, path)
                #expect(told["variantCount"] == "1100")
                let (items, next) = try Self.page(told.text, "")
                seen += items
                guard let next else { break }
                path = "/v1/groups/BIG?after=\(next)&limit=400"
            }
            #expect(seen == products.map(\.sku.description))
            let (items, next) = try Self.page(try await client.done(.get, "/v1/groups").text, "code")
            #expect(items == ["BIG"] && next == nil)
            let first = try #require(try await client.done(.get, "/v1/groups")["items", "0", "next"])
            #expect(try await client.done(.get, "/v1/groups/BIG?after=\(first)")["variants", "0"] == seen[200])
        }
    }

    @Test("a plus in a query is a plus, a blank in a search, and either where a text may hold both")
    func plus() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            try await client.done(.post, "/v1/customers", #"{"email":"a+b@x.example","reference":"PO 17"}"#)
            try await client.done(.post, "/v1/customers", #"{"email":"c@x.example","reference":"PO+18"}"#)
            try await client.putProduct("S1", "Red mug", #","categories":["Home Garden"]"#)
            try await client.putProduct("S2", "Blue", #","categories":["C++"]"#)
            for (path, name) in [
                ("/v1/customers?email=a+b@x.example", "a+b@x.example"),
                ("/v1/customers?email=a%2Bb%40x.example", "a+b@x.example"),
                ("/v1/customers?reference=PO+17", "a+b@x.example"),
                ("/v1/customers?reference=PO%2017", "a+b@x.example"),
                ("/v1/customers?reference=PO+18", "c@x.example"),
                ("/v1/customers?reference=PO%2B18", "c@x.example"),
            ] {
                let told = try await client.done(.get, path)
                #expect(told["items", "0", "email"] == name && told["items", "1"] == nil, "\(path): \(told.text)")
            }
            for (path, sku) in [
                ("/v1/products?category=Home+Garden", "S1"), ("/v1/products?category=Home%20Garden", "S1"),
                ("/v1/products?category=C++", "S2"), ("/v1/products?category=C%2B%2B", "S2"),
                ("/v1/products?q=red+mug", "S1"),
            ] {
                let told = try await client.done(.get, path)
                #expect(told["items", "0", "sku"] == sku && told["items", "1"] == nil, "\(path): \(told.text)")
            }
            #expect(try await client.done(.get, "/v1/customers?reference=PO%2B17")["items", "0"] == nil)
            let placed = try await client.done(.get, "/v1/orders?placedFrom=2026-01-01T00:00:00+01:00")
            #expect(placed.status == 200)
        }
    }

    @Test("whoever follows events is told where the feed ends and where it begins, and never misses one silently")
    func eventRange() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            for number in 1...20 { try await client.done(.put, "/v1/groups/G\(number)", #"{"name":"n"}"#) }
            let events = try await shop.shop.read { (view) throws(LedgerFailure) in
                try view.rows(RowQuery<EventRow>(limit: 1000))
            }
            let last = try #require(events.last?.key)
            func ask(_ after: String, _ headers: [(HTTPField.Name, String)] = []) async throws -> Told {
                try await client.send(.get, "/v1/events\(after)", nil, [ListShop.authorization] + headers)
            }
            let atEnd = try await ask("?after=\(last)")
            #expect(atEnd.status == 200 && atEnd["next"] == "\(last)")
            for stream in [[], [(HTTPField.Name.accept, "text/event-stream")]] {
                let beyond = try await ask("?after=\(last + 1)", stream)
                #expect(beyond.status == 422 && beyond["code"] == "beyond_end" && beyond["last"] == "\(last)")
            }
            let resumed = try await ask("", [(.lastEventID, "\(last + 5)"), (.accept, "text/event-stream")])
            #expect(resumed["code"] == "beyond_end")

            let old = events.prefix(5).map(\.key)
            let prune = Prune(idempotency: ([], .now), carts: [], events: old)
            _ = try await shop.shop.committer.submit(prune)
            let first = old[4] + 1
            #expect(try await ask("")["items", "0", "seq"] == "\(first)", "whoever knows none begins with the first")
            #expect(try await ask("?after=\(first - 1)")["items", "0", "seq"] == "\(first)")
            for after in ["?after=0", "?after=\(first - 2)"] {
                let gone = try await ask(after)
                #expect(gone.status == 410 && gone["code"] == "events_gone" && gone["first"] == "\(first)", "\(after)")
            }
            #expect(try await ask("", [(.lastEventID, "1")])["code"] == "events_gone")
            let hook = try await client.done(.post, "/v1/webhooks", #"{"url":"http://127.0.0.1:9/x","events":["*"]}"#)
            let replay = "/v1/webhooks/\(try #require(hook["id"]))/replay"
            let gone = try await client.send(.post, replay, #"{"from":1}"#, [ListShop.authorization])
            #expect(gone.status == 410 && gone["first"] == "\(first)")
            try await client.done(.post, replay, #"{"from":\#(first)}"#)
        }
    }
}
