import API
import HTTPTypes
import Testing
import Trading

@testable import Components

@Suite("Orders whose references are unique")
struct OrderReferenceRouteTests {
    private static let body =
        #"{"lines":[{"sku":"A","quantity":1}],"currency":"GBP","payment":{"method":"manual"},"reference":"PO 7"}"#

    @Test("a second order is 409, and only a key that may read orders is told which has the reference")
    func refused() async throws {
        let shop = try await ListShop(ShopSettings(uniqueReferences: true))
        try await shop.run { client in
            try await client.putProduct("A")
            let key = [ListShop.authorization]
            let request = key + [(.idempotencyKey, "one")]
            let first = try await client.send(.post, "/v1/orders", Self.body, request)
            let order = try #require(first["id"])
            #expect(first.status == 201)
            let again = try await client.send(.post, "/v1/orders", Self.body, request)
            #expect(again.status == 201 && again["id"] == order)
            let told = try await client.send(.post, "/v1/orders", Self.body, key)
            #expect(told.status == 409 && told["code"] == "reference_taken" && told["order"] == order)
            #expect(told["errors", "0", "pointer"] == "/reference")
            for headers in [[ListShop.editor], [], [ListShop.editor, (.idempotencyKey, "two")]] {
                let told = try await client.send(.post, "/v1/orders", Self.body, headers)
                #expect(told.status == 409 && told["code"] == "reference_taken")
                #expect(told["order"] == nil && !told.text.contains(order), "\(told.text)")
            }
            #expect(try await client.done(.get, "/v1/orders?reference=PO%207")["items", "1"] == nil)
            // A refusal is not stored under its key: the request with another reference places the order.
            let other = Self.body.replacing("PO 7", with: "PO 8")
            #expect(try await client.send(.post, "/v1/orders", other, key + [(.idempotencyKey, "two")]).status == 201)
        }
    }

    @Test("references that read alike are one, however they are composed")
    func composed() async throws {
        let shop = try await ListShop(ShopSettings(uniqueReferences: true))
        try await shop.run { client in
            try await client.putProduct("A")
            try await client.done(.post, "/v1/orders", Self.body.replacing("PO 7", with: "Zo\u{eb}"))
            let decomposed = Self.body.replacing("PO 7", with: "Zoe\u{308}")
            #expect(try await client.send(.post, "/v1/orders", decomposed, [ListShop.authorization]).status == 409)
        }
    }

    @Test("a shop that does not ask for it takes as many as come")
    func shared() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            try await client.putProduct("A")
            for _ in 0..<2 { try await client.done(.post, "/v1/orders", Self.body) }
        }
    }
}
