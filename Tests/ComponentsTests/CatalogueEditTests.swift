import HTTPTypes
import HummingbirdTesting
import Ledger
import Testing
import Trading

@testable import Components

@Suite("Taking things out of the catalogue, and finding orders")
struct CatalogueEditTests {
    @Test("a product goes once none of its units is left, its orders stay, and one put again never repeats a version")
    func deleteProduct() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            let product = #"{"name":"Mug","prices":[{"amount":500,"currency":"GBP"}]}"#
            let key = [ListShop.authorization]
            #expect(try await client.send(.put, "/v1/products/M", product, key).status == 201)
            #expect(
                try await client.send(.put, "/v1/products/M", product.replacing("Mug", with: "Cup"), key).status == 200
            )
            try await client.done(.post, "/v1/stock/M/adjustments", #"{"delta":1,"reason":"r"}"#)
            let body = #"{"lines":[{"sku":"M","quantity":1}],"currency":"GBP","payment":{"method":"manual"}}"#
            let order = try #require(try await client.done(.post, "/v1/orders", body)["id"])
            let held = try await client.send(.delete, "/v1/products/M", nil, key)
            #expect(held.status == 409 && held["code"] == "product_in_use")
            #expect(held["onHand"] == "1" && held["reserved"] == "1")
            try await client.done(.post, "/v1/orders/\(order)/pay")
            try await client.done(.post, "/v1/orders/\(order)/fulfilments")
            let stale = try await client.send(.delete, "/v1/products/M", nil, key + [(.ifMatch, "\"1\"")])
            #expect(stale.status == 412)
            #expect(try await client.send(.delete, "/v1/products/M", nil, key + [(.ifMatch, "\"2\"")]).status == 204)
            #expect(try await client.send(.delete, "/v1/products/M", nil, key).status == 404)
            #expect(try await client.send(.get, "/v1/products/M", nil, key).status == 404)
            #expect(try await client.done(.get, "/v1/products?q=cup")["items", "0"] == nil)
            #expect(try await client.done(.get, "/v1/products")["items", "0"] == nil)
            #expect(try await client.done(.get, "/v1/orders/\(order)")["lines", "0", "sku"] == "M")
            let gone = try await client.send(.post, "/v1/orders", body, key)
            #expect(gone.status == 422 && gone["errors", "0", "code"] == "unknown_product")
            let again = try await client.send(.put, "/v1/products/M", product, key)
            #expect(again.status == 201 && again["version"] == "3")
            #expect(try await client.done(.get, "/v1/products/M")["version"] == "3")
            // Units that were shipped can still be returned.
            let back = #"{"lines":[{"line":1,"quantity":1}],"reason":"r"}"#
            try await client.done(.post, "/v1/orders/\(order)/returns", back)
            let returns = try await client.done(.get, "/v1/orders/\(order)/returns")
            #expect(returns["items", "0", "order"] == order && returns["items", "1"] == nil)
        }
    }

    @Test("a group goes once no product names it, and what is put for the first time is told as new")
    func deleteGroup() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            let key = [ListShop.authorization]
            #expect(try await client.send(.put, "/v1/groups/G", #"{"name":"G"}"#, key).status == 201)
            #expect(try await client.send(.put, "/v1/groups/G", #"{"name":"G"}"#, key).status == 200)
            #expect(try await client.send(.put, "/v1/locations/east", #"{"name":"E"}"#, key).status == 201)
            #expect(try await client.send(.put, "/v1/locations/east", #"{"name":"F"}"#, key).status == 200)
            try await client.putProduct("V", "V", #","group":"G""#)
            let used = try await client.send(.delete, "/v1/groups/G", nil, key)
            #expect(used.status == 409 && used["code"] == "group_in_use" && used["sku"] == "V")
            try await client.done(.delete, "/v1/products/V")
            #expect(try await client.send(.delete, "/v1/groups/G", nil, key).status == 204)
            #expect(try await client.send(.get, "/v1/groups/G", nil, key).status == 404)
            #expect(try await client.send(.delete, "/v1/groups/G", nil, key).status == 404)
        }
    }

    @Test("orders are found by the address in them, or of their customer, and by reference")
    func findOrders() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            try await client.putProduct("A+1")
            let customer = try #require(
                try await client.done(.post, "/v1/customers", #"{"email":"Ann+x@x.example"}"#)["id"]
            )
            func order(_ more: String) async throws -> String {
                let lines = #""lines":[{"sku":"A+1","quantity":1}],"currency":"GBP","payment":{"method":"manual"}"#
                return try #require(try await client.done(.post, "/v1/orders", "{\(lines),\(more)}")["id"])
            }
            let byAddress = try await order(#""customer":{"email":"ann+X@x.example"},"reference":"PO 7+1""#)
            let byCustomer = try await order(#""customer":"\#(customer)""#)
            _ = try await order(#""customer":{"email":"bob@x.example"},"reference":"PO 8""#)
            for path in ["email=ann+x@x.example", "email=ANN%2Bx%40x.example"] {
                let found = try await client.done(.get, "/v1/orders?\(path)")
                #expect(found["items", "0", "id"] == byCustomer && found["items", "1", "id"] == byAddress)
                #expect(found["items", "2"] == nil)
            }
            for path in ["reference=PO%207%2B1", "reference=PO%207+1"] {
                let found = try await client.done(.get, "/v1/orders?\(path)")
                #expect(found["items", "0", "id"] == byAddress && found["items", "1"] == nil, "\(path)")
            }
            try await client.done(.post, "/v1/customers/\(customer)/erase")
            #expect(try await client.done(.get, "/v1/orders?email=ann+x@x.example")["items", "1"] == nil)
        }
    }

    @Test("movements of all locations are told in one order, and of one where it is named")
    func movements() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            try await client.done(.put, "/v1/locations/east", #"{"name":"East"}"#)
            let product = #"{"name":"Mug","prices":[{"amount":500,"currency":"GBP"}]}"#
            try await client.done(.put, "/v1/products/M", product)
            for (location, delta) in [("main", 1), ("east", 2), ("main", 3), ("east", 4), ("east", 5)] {
                let body = #"{"delta":\#(delta),"reason":"r","location":"\#(location)"}"#
                try await client.done(.post, "/v1/stock/M/adjustments", body)
            }
            func quantities(_ query: String) async throws -> [String] {
                let told = try await client.done(.get, "/v1/stock/M/movements?\(query)")
                return (0..<5).compactMap { told["items", "\($0)", "quantity"] }
            }
            #expect(try await quantities("") == ["5", "4", "3", "2", "1"])
            #expect(try await quantities("location=east") == ["5", "4", "2"])
            #expect(try await quantities("location=main") == ["3", "1"])
            #expect(try await quantities("location=west") == [])
        }
    }

    @Test("a category shows what is beneath it, and nothing that only begins alike")
    func categories() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            for (sku, category) in [
                ("A", "kitchen"), ("B", "kitchen/mugs"), ("C", "kitchen/mugs/red"), ("D", "kitchenware"),
            ] {
                try await client.putProduct(sku, "P", #","categories":["\#(category)"]"#)
            }
            for (category, skus) in [
                ("kitchen", ["A", "B", "C"]), ("kitchen/mugs", ["B", "C"]), ("kitchenware", ["D"]), ("kitch", []),
                ("mugs", []),
            ] {
                let told = try await client.done(.get, "/v1/products?category=\(category)")
                #expect((0..<5).compactMap { told["items", "\($0)", "sku"] } == skus, "\(category)")
            }
        }
    }

    @Test("a country is one of the two letters that the post knows, and is kept in capitals")
    func countries() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            for (country, status) in [
                ("GB", 201), ("de", 201), ("XK", 201), ("UK", 422), ("EU", 422), ("Germany", 422), ("", 422),
            ] {
                let body = #"{"email":"c\#(country)@x.example","addresses":[{"country":"\#(country)","city":"C"}]}"#
                let told = try await client.send(.post, "/v1/customers", body, [ListShop.authorization])
                #expect(told.status == status, "\(country): \(told.text)")
                if status == 422 {
                    #expect(told["errors", "0", "pointer"] == "/addresses/0/country")
                } else {
                    #expect(told["addresses", "0", "country"] == country.uppercased())
                }
            }
        }
    }
}
