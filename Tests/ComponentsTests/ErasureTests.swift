import Foundation
import Ledger
import LedgerSQLite
import OrderArchive
import Testing
import Trading

@testable import Components

@Suite("Erasure of a customer")
struct ErasureTests {
    /// The word stored in every text field, and the pattern that finds it again.
    private static let mark = "zeugma"
    private static func word(_ field: String) -> String { "\(mark)-\(field)" }
    private static let fields = [
        "email", "name", "phone", "crm", "street", "member", "order-ref", "order-note", "ship-line", "pay-ref",
        "cancel-why", "tracking", "event-note", "carrier-note", "fix-note", "label", "return-why", "open-return-why",
        "credit-why", "credit-ref", "grant-why",
    ]

    private static func customer() -> String {
        #"""
        {"email":"\#(word("email"))@example.com","name":"\#(word("name"))","phone":"\#(word("phone"))",
        "reference":"\#(word("crm"))","addresses":[{"line1":"\#(word("street"))"}],"metadata":{"k":"\#(word("member"))"}}
        """#
    }

    private static func order(_ customer: String) -> String {
        #"""
        {"currency":"GBP","lines":[{"sku":"MUG","quantity":3}],"customer":{"id":"\#(customer)"},
        "shipTo":{"line1":"\#(word("ship-line"))","country":"GB"},"reference":"\#(word("order-ref"))",
        "metadata":{"gift":"\#(word("order-note"))"}}
        """#
    }

    /// The traces of one customer in a shop: every text field that a client can send contains the marker word.
    private struct Life {
        var customer = ""
        var shipped = ""
        var waiting = ""
        var parcel = ""
        var shippedID: ID<Order> { ID<Order>(shipped) ?? ID(high: 0, low: 0) }
    }

    private static func live(
        _ shop: DeliveryShop,
        _ carrier: ScriptedCarrier,
        _ client: DeliveryClient
    ) async throws -> Life {
        var life = Life()
        let made = try await client.ask(.post, "/v1/customers", customer(), headers: ["Idempotency-Key": "made"])
        life.customer = try #require(made.text("id"))
        let cart = #"{"currency":"GBP","customer":"\#(life.customer)","lines":[{"sku":"MUG","quantity":1}]}"#
        #expect(try await client.ask(.post, "/v1/carts", cart).status == 201)
        for which in [\Life.shipped, \Life.waiting] {
            let id = try #require(try await client.ask(.post, "/v1/orders", order(life.customer)).text("id"))
            let paid = try await client.ask(.post, "/v1/orders/\(id)/pay", #"{"reference":"\#(word("pay-ref"))"}"#)
            #expect(paid.text("state") == "confirmed")
            life[keyPath: which] = id
        }
        carrier.print(word("label"))
        life.parcel = try #require(try await client.ask(.post, "/v1/orders/\(life.shipped)/shipments", "{}").text("id"))
        try await shop.pass(seconds: 3)
        let left = try await client.ask(
            .post,
            "/v1/shipments/\(life.parcel)/hand-over",
            #"{"trackingNumber":"\#(word("tracking"))"}"#
        )
        #expect(left.status == 200)
        carrier.happen(.inTransit, to: life.parcel, at: shop.now, note: word("carrier-note"))
        try await shop.pass(seconds: 700, step: 50)
        let news = #"{"events":[{"code":"delivered","note":"\#(word("event-note"))"}]}"#
        #expect(try await client.ask(.post, "/v1/shipments/\(life.parcel)/events", news).status == 200)
        for state in ["inTransit", "delivered"] {
            let fix = #"{"state":"\#(state)","note":"\#(word("fix-note"))"}"#
            #expect(try await client.ask(.post, "/v1/shipments/\(life.parcel)/correct", fix).status == 200)
        }
        let path = "/v1/orders/\(life.shipped)/returns"
        let back = #"{"lines":[{"line":1,"quantity":1}],"reason":"\#(word("return-why"))"}"#
        #expect(try await client.ask(.post, path, back, headers: ["Idempotency-Key": "back"]).status == 201)
        let wish = #"{"lines":[{"line":1,"quantity":1}],"reason":"\#(word("open-return-why"))","state":"requested"}"#
        #expect(try await client.ask(.post, path, wish).status == 201)
        let credit = #"""
            {"amount":{"amount":5,"currency":"GBP"},"reason":"\#(word("credit-why"))","customer":"\#(life.customer)",
            "reference":"\#(word("credit-ref"))"}
            """#
        let given = try await client.ask(.post, "/v1/credits", credit, headers: ["Idempotency-Key": "credit"])
        #expect(given.status == 201)
        let grant = #"{"amount":{"amount":5,"currency":"GBP"},"reason":"\#(word("grant-why"))"}"#
        #expect(try await client.ask(.post, "/v1/customers/\(life.customer)/store-credit", grant).status < 300)
        return life
    }

    @Test(
        "the export holds every word, and after the erasure no byte of the file does, nor does a repeated request",
        arguments: [false, true]
    )
    func everything(archiving: Bool) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "erasure-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "ledger.db").path
        let engine = try SQLiteEngine(SQLiteSettings(path: path))
        let carrier = ScriptedCarrier("sandbox")
        let archive = ArchiveDirectory(besideDatabase: path)
        let shop = try await DeliveryShop([carrier], engine: engine, archive: archive)
        try await shop.serve { (client) async throws in
            let life = try await Self.live(shop, carrier, client)
            func export() async throws -> String {
                let bytes = try await client.ask(.get, "/v1/customers/\(life.customer)/export").bytes
                let document = try JSONSerialization.jsonObject(with: Data(bytes))
                #expect(SchemaCheck.mistakes(of: document, in: "CustomerExport") == [])
                var text = String(decoding: bytes, as: UTF8.self)
                for label in text.components(separatedBy: #""base64":""#).dropFirst() {
                    let base64 = String(label.prefix { $0 != "\"" })
                    text += String(decoding: Data(base64Encoded: base64) ?? Data(), as: UTF8.self)
                }
                return text
            }
            if archiving { try await Self.archive(shop, archive, life) }
            let before = try await export()
            for field in Self.fields where field != "cancel-why" {
                #expect(before.contains(Self.word(field)), "the export lacks \(field)")
            }
            let erased = try await client.ask(.post, "/v1/customers/\(life.customer)/erase")
            #expect(erased.status == 200 && erased.text("email") == nil)
            let again = try await client.ask(
                .post,
                "/v1/customers",
                Self.customer(),
                headers: ["Idempotency-Key": "made"]
            )
            #expect(again.status == 201 && again.text("id") == life.customer)
            #expect(!String(decoding: again.bytes, as: UTF8.self).contains(Self.mark))
            try await Self.work(shop, life.customer)
            let open = try await client.ask(.get, "/v1/orders/\(life.waiting)")
            let shipTo = open.json["shipTo"] as? [String: String]
            #expect(shipTo?["line1"] == Self.word("ship-line"), "an order keeps its address until it is done with")
            #expect(open.text("erasedAt") == nil)
            let closed = try await client.ask(.get, "/v1/orders/\(life.shipped)")
            #expect(closed.text("erasedAt") != nil && (closed.json["shipTo"] as? [String: String]) == ["country": "GB"])
            let why = #"{"reason":"\#(Self.word("cancel-why"))"}"#
            #expect(try await client.ask(.post, "/v1/orders/\(life.waiting)/cancel", why).status == 200)
            let late =
                #"{"events":[{"code":"delivered","at":"2026-11-23T05:30:00Z","note":"\#(Self.word("event-note"))"}]}"#
            #expect(try await client.ask(.post, "/v1/shipments/\(life.parcel)/events", late).status == 200)
            shop.advance(seconds: 1000)
            try await Self.work(shop, life.customer)
            let after = try await export()
            #expect(!after.contains(Self.mark))
            #expect(try await shop.tasks(.eraseOrders).isEmpty)
            // An archived file is compressed, so a search for words would find none: no order is in one.
            #expect(try await shop.shop.ledger.read { (view) throws(LedgerFailure) in try view.archiveFiles() } == [])
            #expect(
                try await shop.shop.whole.read { (view) throws(LedgerFailure) in
                    try view.row(OrderRow.self, life.shippedID)
                } != nil
            )
            let back = try await client.ask(
                .post,
                "/v1/orders/\(life.shipped)/returns",
                #"{"lines":[{"line":1,"quantity":1}],"reason":"\#(Self.word("return-why"))"}"#,
                headers: ["Idempotency-Key": "back"]
            )
            #expect(back.status == 201 && back.text("reason")?.isEmpty == true)
        }
        shop.shop.committer.close()
        await engine.close()
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path) where name != "archive" {
            let bytes = try Data(contentsOf: directory.appending(path: name))
            let found = bytes.range(of: Data(Self.mark.utf8)).map { range in
                String(
                    decoding: bytes[max(0, range.lowerBound - 60)..<min(bytes.count, range.upperBound + 20)],
                    as: UTF8.self
                )
            }
            #expect(found == nil, "\(name) of \(bytes.count) bytes holds a word")
        }
    }

    /// Closes the shipped order's open return, and archives the order.
    private static func archive(_ shop: DeliveryShop, _ archive: ArchiveDirectory, _ life: Life) async throws {
        let order = life.shippedID
        let open = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in
            try view.row(HandlingRow.self, order)?.returns ?? []
        }
        for id in open { _ = try await shop.shop.committer.submit(ChangeReturn(id, .cancel)) }
        let owed = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in
            try view.row(OrderRow.self, order)?.order.owed
        }
        if let owed, !owed.isZero {
            let payout = GiveCredit(kind: .payout, amount: owed, reason: "paid back", order: order)
            _ = try await shop.shop.committer.submit(payout)
        }
        shop.advance(seconds: 100)
        let archiver = OrderArchiver(shop.shop.ledger, shop.shop.committer, archive)
        #expect(try await archiver.run(closedBefore: shop.now).archived == 1)
        #expect(
            try await shop.shop.ledger.read { (view) throws(LedgerFailure) in try view.row(OrderRow.self, order) }
                == nil
        )
    }

    /// Lets a worker run the erasure that is due.
    private static func work(_ shop: DeliveryShop, _ customer: String) async throws {
        let id = try #require(ID<Customer>(customer))
        let keys = [TaskRow.Key(.eraseOrders, id.bits)]
        for task in try await shop.shop.committer.submit(ClaimTasks(keys, seconds: 60)).outcome {
            _ = try await Erasure(shop: shop.shop).perform(task)
        }
    }
}
