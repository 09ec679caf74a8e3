import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing
import Trading

@testable import Components

@Suite("Calling off units through the API")
struct CancelRouteTests {
    @Test("a part-shipped order is called off by line or by SKU, its money follows, and it is closed")
    func partShipped() async throws {
        let shop = try await PaymentShop([ScriptedProvider("first")])
        try await shop.run { client in
            let placed = try await client.order(wait: 5)
            let order = try #require(placed["id"].flatMap { ID<Order>($0) })
            let path = "/v1/orders/\(order)"
            _ = try await client.send(.post, "\(path)/fulfilments", #"{"lines":[{"line":1,"quantity":1}]}"#)
            let tooMany = try await client.send(.post, "\(path)/cancel", #"{"lines":[{"sku":"MUG","quantity":2}]}"#)
            #expect((tooMany.status, tooMany["code"], tooMany["left"]) == (409, "too_many_units", "1"))
            let told = try await client.send(.post, "\(path)/cancel", #"{"lines":[{"sku":"MUG","quantity":1}]}"#)
            #expect((told.status, told["state"]) == (200, "fulfilled"))
            #expect(told["lines", "0", "cancelled"] == "1")
            #expect(told["payable", "amount"] == "500")
            #expect(told["total", "amount"] == "1000")
            try await shop.until("the rest is let go") { try await shop.payment(order)?.authorised == 500 }
            let completed = try await client.send(.post, "\(path)/complete")
            #expect(completed["state"] == "completed")
        }
    }

    @Test("what names no units, or names them twice over, is refused")
    func mistakes() async throws {
        let shop = try await PaymentShop([ScriptedProvider("first")])
        try await shop.run { client in
            let placed = try await client.order(wait: 5)
            let path = "/v1/orders/\(try #require(placed["id"]))/cancel"
            for body in [
                #"{"lines":[]}"#, #"{"lines":[{"quantity":1}]}"#, #"{"lines":[{"line":1,"sku":"MUG","quantity":1}]}"#,
                #"{"lines":[{"line":1,"quantity":0}]}"#, #"{"lines":[{"sku":"CUP","quantity":1}]}"#,
                #"{"lines":[{"line":2,"quantity":1}]}"#, #"{"units":[]}"#,
            ] {
                let told = try await client.send(.post, path, body)
                #expect((told.status, told["code"]) == (422, "validation_failed"), "\(body)")
            }
            let whole = try await client.send(.post, path, #"{"reason":"changed my mind"}"#)
            #expect(whole["state"] == "cancelled")
        }
    }
}

@Suite("What the storefront shows can be ordered")
struct StorefrontAvailabilityTests {
    @Test("units at a closed location are there, and cannot be ordered")
    func closed() {
        let sku = SKU(stored: "MUG")
        let snapshot = StorefrontSnapshot()
        let open = Location(code: "main", name: "Main")
        var north = Location(code: "north", name: "North", active: false)
        let product = ProductRow(Product(sku: sku, name: "Mug", prices: [Money(500, .gbp)]))
        snapshot.apply(products: [product], movements: [], locations: [open, north], sequence: 1)
        let levels = [("main", StockLevel(onHand: 5, reserved: 2)), ("north", StockLevel(onHand: 9))]
        snapshot.load(stock: levels.map { StockRow(StockRow.Key(sku, $0.0), level: $0.1) }, upTo: 1)
        #expect(snapshot.stock(sku)?.levels.map(\.available) == [3, 0])
        #expect(snapshot.stock(sku)?.levels.map(\.level.onHand) == [5, 9])
        #expect(snapshot.offers([sku]).map { $0?.available } == [3])
        north.active = true
        snapshot.apply(products: [], movements: [], locations: [open, north], sequence: 2)
        #expect(snapshot.stock(sku)?.levels.map(\.available) == [3, 9])
        #expect(snapshot.offers([sku]).map { $0?.available } == [12])
    }
}
