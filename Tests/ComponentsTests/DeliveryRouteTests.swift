import Ledger
import Testing
import Trading

@testable import Components

@Suite("Deliveries through the API")
struct DeliveryRouteTests {
    @Test("a parcel by hand: packed, handed over, followed to the door, and read by a guest")
    func manual() async throws {
        let shop = try await DeliveryShop()
        let order = try await shop.order(3)
        let secret = shop.shop.secrets.text(for: order)
        try await shop.serve { (client) async throws in
            let body = #"{"lines":[{"line":1,"quantity":2}],"service":"express"}"#
            let made = try await client.ask(.post, "/v1/orders/\(order)/shipments", body)
            #expect(made.status == 201)
            #expect(made.text("carrier") == "manual" && made.text("service") == "express")
            #expect(made.json["grams"] as? Int == 680)
            let id = try #require(made.text("id"))
            #expect(made.headers[.location] == "/v1/shipments/\(id)")
            let rest = try await client.ask(.post, "/v1/orders/\(order)/shipments")
            #expect(rest.list("lines").first?["quantity"] as? Int == 1)
            let none = try await client.ask(.post, "/v1/orders/\(order)/shipments")
            #expect(none.status == 409 && none.text("code") == "nothing_left")
            let note = #"{"trackingNumber":"JD1","estimatedDelivery":"2026-11-24T00:00:00Z"}"#
            let left = try await client.ask(.post, "/v1/shipments/\(id)/hand-over", note)
            #expect(left.text("state") == "handedOver" && left.text("trackingNumber") == "JD1")
            let again = try await client.ask(.post, "/v1/shipments/\(id)/hand-over", note)
            #expect(again.status == 409 && again.text("state") == "handedOver")
            let news = #"{"events":[{"code":"delivered","at":"2026-11-23T12:00:00Z","note":"at the door"}]}"#
            for _ in 0..<2 {
                let told = try await client.ask(.post, "/v1/shipments/\(id)/events", news)
                #expect(told.text("state") == "delivered" && told.list("events").count == 1)
            }
            let guest = try await client.ask(.get, "/v1/orders/\(order)/shipments", key: secret)
            #expect(guest.list("items").compactMap { $0["state"] as? String } == ["delivered", "packed"])
            #expect(try await client.ask(.get, "/v1/shipments/\(id)?secret=\(secret)", key: "").status == 200)
            let wrong = "osk_" + String(repeating: "0", count: 32)
            #expect(try await client.ask(.get, "/v1/shipments/\(id)", key: wrong).status == 401)
            #expect(try await client.ask(.get, "/v1/orders/\(order)/shipments", key: wrong).status == 401)
            let unknown = "shp_" + String(repeating: "0", count: 32)
            #expect(try await client.ask(.get, "/v1/shipments/\(unknown)", key: wrong).status == 401)
            #expect(try await client.ask(.get, "/v1/shipments/\(unknown)").status == 404)
            let cancelled = try await client.ask(.post, "/v1/shipments/\(rest.text("id") ?? "")/cancel")
            #expect(cancelled.text("state") == "cancelled")
        }
    }

    @Test("shipments are listed by state, carrier and lateness")
    func lists() async throws {
        let shop = try await DeliveryShop([ScriptedCarrier("sandbox")])
        _ = try await shop.parcel(by: "sandbox")
        let late = try await shop.parcel(by: "manual")
        try await shop.serve { (client) async throws in
            let wrong = #"{"estimatedDelivery":"2099-01-01T00:00:00Z"}"#
            #expect(try await client.ask(.post, "/v1/shipments/\(late)/hand-over", wrong).status == 422)
            let past = #"{"estimatedDelivery":"2026-11-23T05:00:00Z"}"#
            #expect(try await client.ask(.post, "/v1/shipments/\(late)/hand-over", past).json["late"] as? Bool == true)
            for (query, count) in [
                ("", 2), ("?state=packed", 1), ("?state=handedOver&late=true", 1), ("?carrier=sandbox", 1),
                ("?carrier=none", 0), ("?late=false", 1), ("?limit=1", 1),
            ] {
                #expect(try await client.ask(.get, "/v1/shipments\(query)").list("items").count == count, "\(query)")
            }
            #expect(try await client.ask(.get, "/v1/shipments?state=nowhere").status == 400)
        }
    }

    @Test(
        "an event is taken once: the same again changes nothing, another thing of the same id is refused, and all with it"
    )
    func differingEvents() async throws {
        let shop = try await DeliveryShop()
        let id = try await shop.parcel(by: "manual")
        try await shop.serve { (client) async throws in
            let path = "/v1/shipments/\(id)/events"
            func event(_ id: String, _ code: String, _ more: String = "") -> String {
                "{\"id\":\"\(id)\",\"code\":\"\(code)\",\"at\":\"2026-11-23T05:21:00Z\"\(more)}"
            }
            let first = try await client.ask(.post, path, "{\"events\":[\(event("a", "inTransit"))]}")
            #expect(first.status == 200 && first.text("state") == "inTransit")
            let again = try await client.ask(.post, path, "{\"events\":[\(event("a", "inTransit"))]}")
            #expect(again.status == 200 && again.json["version"] as? Int == first.json["version"] as? Int)
            for events in [
                event("a", "delivered"), event("a", "inTransit", ",\"note\":\"Leeds\""),
                event("b", "outForDelivery") + "," + event("a", "delivered"),
                event("c", "outForDelivery") + "," + event("c", "delivered"),
            ] {
                let refused = try await client.ask(.post, path, "{\"events\":[\(events)]}")
                #expect(refused.status == 409 && refused.text("code") == "event_differs", "\(events)")
            }
            let now = try await client.ask(.get, "/v1/shipments/\(id)")
            #expect(now.json["version"] as? Int == first.json["version"] as? Int && now.text("state") == "inTransit")
        }
    }

    @Test("parcels that arrived late are listed and counted by carrier, and a correction takes one out again")
    func punctuality() async throws {
        let shop = try await DeliveryShop()
        let hurried = #"{"estimatedDelivery":"2026-11-23T05:00:00Z"}"#
        let arrived = #"{"events":[{"code":"delivered","at":"2026-11-23T05:21:00Z"}]}"#
        let ids = [
            try await shop.parcel(by: "manual"), try await shop.parcel(by: "manual"),
            try await shop.parcel(by: "manual"),
        ]
        try await shop.serve { (client) async throws in
            for (id, note) in zip(ids, [hurried, #"{"estimatedDelivery":"2026-11-25T05:00:00Z"}"#, "{}"]) {
                #expect(try await client.ask(.post, "/v1/shipments/\(id)/hand-over", note).status == 200)
                let told = try await client.ask(.post, "/v1/shipments/\(id)/events", arrived)
                #expect(told.json["arrivedLate"] as? Bool == (note == hurried))
                #expect(told.json["transitSeconds"] as? Int ?? -1 >= 0)
            }
            let late = try await client.ask(.get, "/v1/shipments?arrivedLate=true")
            #expect(late.list("items").compactMap { $0["id"] as? String } == ["\(ids[0])"])
            let figures = try await client.ask(.get, "/v1/shipping/punctuality").list("items").first
            #expect(figures?["arrived"] as? Int == 3 && figures?["late"] as? Int == 1)
            #expect(figures?["inTime"] as? Int == 1 && figures?["unpromised"] as? Int == 1)
            #expect(figures?["lateShare"] as? Double == 0.5)
            let spans = figures?["lateByHours"] as? [[String: Int]]
            #expect(spans?.first == ["upTo": 1, "count": 1] && spans?.last == ["count": 0])
            let fix = #"{"state":"lost","note":"not at the door"}"#
            let corrected = try await client.ask(.post, "/v1/shipments/\(ids[0])/correct", fix)
            #expect(corrected.text("state") == "lost" && corrected.text("deliveredAt") == nil)
            #expect(try await client.ask(.get, "/v1/shipments?arrivedLate=true").list("items").isEmpty)
            let rest = try await client.ask(.get, "/v1/shipping/punctuality").list("items").first
            #expect(rest?["arrived"] as? Int == 2 && rest?["late"] as? Int == 0)
            #expect(try await client.ask(.post, "/v1/shipments/\(ids[1])/correct", "{}").status == 422)
            let counted = try await shop.shop.read { (view) throws(LedgerFailure) in try Punctuality(view) }
            var metrics = ""
            counted.write(to: &metrics)
            #expect(metrics.contains("tradewind_arrivals{carrier=\"manual\",late_hours=\"0\"} 1\n"))
        }
    }

    @Test("a parcel that its carrier books: the label is told as it came, and webhooks are believed only when signed")
    func booked() async throws {
        let carrier = ScriptedCarrier("sandbox")
        let shop = try await DeliveryShop([carrier])
        let order = try await shop.order()
        try await shop.serve { (client) async throws in
            let made = try await client.ask(.post, "/v1/orders/\(order)/shipments", "{}")
            #expect(made.text("carrier") == "sandbox")
            let id = try #require(made.text("id").flatMap { ID<Shipment>($0) })
            #expect(try await client.ask(.get, "/v1/shipments/\(id)/label").status == 404)
            let early = try await client.ask(.post, "/v1/shipments/\(id)/hand-over")
            #expect(early.status == 409 && early.text("code") == "not_booked")
            try await shop.pass(seconds: 3)
            let label = try await client.ask(.get, "/v1/shipments/\(id)/label")
            #expect(label.headers[.contentType] == "text/plain")
            #expect(String(decoding: label.bytes, as: UTF8.self) == "label sandbox-1")
            carrier.happen(.inTransit, to: id.description, at: shop.now)
            let path = "/v1/carriers/sandbox/webhook"
            let word = ["x-word": "please"]
            #expect(try await client.ask(.post, path, "e1 \(id)", key: "").status == 401)
            #expect(try await client.ask(.post, path, "e1 \(id)", key: "", headers: ["x-word": "now"]).status == 401)
            #expect(try await client.ask(.post, path, "e1", key: "", headers: word).status == 400)
            #expect(try await client.ask(.post, "/v1/carriers/none/webhook", "e1", key: "").status == 404)
            #expect(try await shop.shipment(id).state == .booked)
            for _ in 0..<2 {
                #expect(try await client.ask(.post, path, "e1 \(id)", key: "", headers: word).status == 200)
            }
            try await shop.pass(seconds: 1)
            #expect(try await shop.shipment(id).state == .inTransit, "it was asked for at once")
            #expect(try await shop.state(of: order) == .fulfilled)
            carrier.happen(.delivered, to: id.description, at: shop.now)
            #expect(try await client.ask(.post, path, "e2 sandbox-1", key: "", headers: word).status == 200)
            try await shop.pass(seconds: 1)
            #expect(try await shop.state(of: order) == .completed)
        }
    }

    @Test(
        "what a request names wrongly is told by its place",
        arguments: [
            (#"{"lines":[]}"#, 422), (#"{"lines":[{"line":9,"quantity":1}]}"#, 422),
            (#"{"lines":[{"line":1,"quantity":9}]}"#, 409), (#"{"location":"nowhere"}"#, 422),
            (#"{"carrier":"none"}"#, 422), (#"{"weight":1}"#, 422), (#"{"#, 400),
        ]
    )
    func mistakes(body: String, status: Int) async throws {
        let shop = try await DeliveryShop()
        let order = try await shop.order(2)
        try await shop.serve { (client) async throws in
            #expect(try await client.ask(.post, "/v1/orders/\(order)/shipments", body).status == status)
            #expect(try await client.ask(.get, "/v1/orders/\(order)/shipments").list("items").isEmpty)
        }
    }

    @Test("a key without the scope gets nowhere")
    func scopes() async throws {
        let shop = try await DeliveryShop(scopes: ["deliveries:read"])
        let order = try await shop.order()
        try await shop.serve { (client) async throws in
            #expect(try await client.ask(.get, "/v1/shipments").status == 200)
            #expect(try await client.ask(.get, "/v1/orders/\(order)/shipments").status == 200)
            #expect(try await client.ask(.post, "/v1/orders/\(order)/shipments").status == 403)
            #expect(try await client.ask(.put, "/v1/shipping/rates", "{}").status == 403)
            #expect(try await client.ask(.get, "/v1/shipments", key: "").status == 401)
        }
    }

    @Test("rates are put by version, and a parcel or goods are priced by them")
    func rates() async throws {
        let shop = try await DeliveryShop()
        let table = #"""
            {"currency":"GBP","zones":[{"name":"Britain","countries":["GB"],"services":[{"service":"standard",
            "steps":[{"grams":20000,"price":795},{"grams":1000,"price":395}],"freeFrom":5000}]}],
            "fallback":{"service":"world","steps":[{"grams":10000,"price":2995}]}}
            """#
        try await shop.serve { (client) async throws in
            let goods = #"{"to":{"country":"GB"},"lines":[{"sku":"MUG","quantity":3}]}"#
            #expect(
                try await client.ask(.post, "/v1/shipping/quote", goods, key: "").text("code") == "no_shipping_rate"
            )
            #expect(try await client.ask(.get, "/v1/shipping/rates").status == 404)
            let put = try await client.ask(.put, "/v1/shipping/rates", table)
            #expect(put.status == 200 && put.headers[.eTag] == "\"1\"")
            let conflict = try await client.ask(.put, "/v1/shipping/rates", table, headers: ["If-Match": "\"9\""])
            #expect(conflict.status == 412)
            let known = try await client.ask(.get, "/v1/shipping/rates", headers: ["If-None-Match": "\"1\""])
            #expect(known.status == 304)
            func price(_ body: String) async throws -> Int? {
                let quote = try await client.ask(.post, "/v1/shipping/quote", body, key: "")
                return (quote.list("options").first?["price"] as? [String: Any])?["amount"] as? Int
            }
            #expect(try await price(goods) == 795)
            #expect(try await price(#"{"to":{"country":"GB"},"lines":[{"sku":"MUG","quantity":2}]}"#) == 395)
            #expect(try await price(#"{"to":{"country":"GB"},"lines":[{"sku":"MUG","quantity":20}]}"#) == 0)
            let value = #""value":{"amount":100,"currency":"GBP"}"#
            #expect(try await price(#"{"to":{"country":"JP","city":"Kyoto"},"grams":900,\#(value)}"#) == 2995)
            for (body, status) in [
                (#"{"to":{"country":"GB"},"grams":900000,\#(value)}"#, 409),
                (#"{"to":{"country":"GB"},"grams":9,"value":{"amount":1,"currency":"EUR"}}"#, 422),
                (#"{"to":{"country":"GB"},"lines":[{"sku":"NONE","quantity":1}]}"#, 422),
                (#"{"to":{"country":"GBR"},"grams":9,\#(value)}"#, 422), (#"{"to":{},"grams":9,\#(value)}"#, 422),
            ] {
                #expect(try await client.ask(.post, "/v1/shipping/quote", body, key: "").status == status, "\(body)")
            }
        }
    }

    @Test("a return in stages: asked for, received, inspected, credited")
    func returns() async throws {
        let shop = try await DeliveryShop()
        let order = try await shop.order(3)
        _ = try await shop.shop.committer.submit(ChangeOrder(order, .fulfil(nil)))
        try await shop.serve { (client) async throws in
            let path = "/v1/orders/\(order)/returns"
            let wish = #"{"lines":[{"line":1,"quantity":2}],"reason":"too small","state":"requested"}"#
            let asked = try await client.ask(.post, path, wish)
            #expect(asked.status == 201 && asked.text("state") == "requested" && asked.text("creditId") == nil)
            let id = try #require(asked.text("id"))
            #expect(try await client.ask(.post, path, wish).status == 409)
            let early = #"{"lines":[{"line":1,"quantity":1,"disposition":"restock"}],"reason":"r","state":"requested"}"#
            #expect(try await client.ask(.post, path, early).status == 422)
            #expect(try await client.ask(.post, "/v1/returns/\(id)/inspect").status == 409)
            #expect(try await client.ask(.post, "/v1/returns/\(id)/receive").text("state") == "received")
            let lines = #"{"lines":[{"line":1,"quantity":1},{"line":1,"quantity":1,"disposition":"writeOff"}]}"#
            let done = try await client.ask(.post, "/v1/returns/\(id)/inspect", lines)
            #expect(done.text("state") == "inspected" && done.text("creditId")?.hasPrefix("crd_") == true)
            #expect(try await client.ask(.post, "/v1/returns/\(id)/cancel").status == 409)
            let other = try await client.ask(.post, path, #"{"lines":[{"line":1,"quantity":1}],"reason":"broken"}"#)
            #expect(other.status == 201 && other.text("state") == "inspected" && other.text("creditId") != nil)
            #expect(try await client.ask(.get, "/v1/returns?state=inspected").list("items").count == 2)
            #expect(try await client.ask(.get, "/v1/returns/\(id)").list("history").count == 3)
        }
    }
}
