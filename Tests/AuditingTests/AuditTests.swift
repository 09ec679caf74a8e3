import Foundation
import Ledger
import Testing
import Trading

@testable import Auditing

/// One deliberate violation of a rule.
struct Plant: Sendable, CustomTestStringConvertible {
    let name: String
    let invariant: AuditInvariant
    let table: String
    let sql: String
    /// Whether an incremental audit finds it, if every corrupted row is new.
    var isSeenIncrementally = true

    var testDescription: String { name }

    static func document(_ table: String, _ state: String, _ from: String, _ to: String) -> String {
        """
        UPDATE \(table) SET document = CAST(replace(CAST(document AS TEXT), '\(from)', '\(to)') AS BLOB)
        WHERE id = (SELECT id FROM \(table) WHERE \(state)
            AND instr(CAST(document AS TEXT), '\(from)') > 0 LIMIT 1)
        """
    }

    static let all: [Plant] = stock + lifecycle + presence + agreement + amounts

    static let stock: [Plant] = [
        Plant(
            name: "a counter is changed",
            invariant: .stockConservation,
            table: "stock",
            sql: "UPDATE stock SET on_hand = on_hand + 1 WHERE sku = 'TEA'"
        ),
        Plant(
            name: "more is reserved than orders hold",
            invariant: .stockConservation,
            table: "stock",
            sql: "UPDATE stock SET reserved = reserved + 1 WHERE sku = 'TEA'"
        ),
        Plant(
            name: "a counter forgets its last movement",
            invariant: .stockConservation,
            table: "stock",
            sql: "UPDATE stock SET last_movement = last_movement - 1 WHERE sku = 'TEA'"
        ),
        Plant(
            name: "a counter is lost",
            invariant: .stockConservation,
            table: "stock",
            sql: "DELETE FROM stock WHERE sku = 'TEA'"
        ),
        Plant(
            name: "a movement's quantity is changed",
            invariant: .stockConservation,
            table: "movements",
            sql: "UPDATE movements SET quantity = quantity + 1 WHERE kind = 1 AND sku = 'TEA'"
        ),
        Plant(
            name: "a movement's running balance is changed",
            invariant: .stockConservation,
            table: "movements",
            sql: "UPDATE movements SET on_hand = on_hand - 1 WHERE id = (SELECT max(id) - 3 FROM movements)"
        ),
        Plant(
            name: "a movement is taken out of its chain",
            invariant: .stockConservation,
            table: "movements",
            sql: "UPDATE movements SET previous = previous - 1 WHERE id = (SELECT max(id) - 3 FROM movements)"
        ),
        Plant(
            name: "a movement is lost",
            invariant: .stockConservation,
            table: "movements",
            sql: "DELETE FROM movements WHERE id = (SELECT max(id) - 3 FROM movements)"
        ),
        Plant(
            name: "the last movement is lost",
            invariant: .stockConservation,
            table: "movements",
            sql: "DELETE FROM movements WHERE id = (SELECT max(id) FROM movements)"
        ),
        Plant(
            name: "a movement goes the wrong way",
            invariant: .stockConservation,
            table: "movements",
            sql:
                "UPDATE movements SET quantity = -quantity WHERE kind = 2 AND id = (SELECT max(id) FROM movements WHERE kind = 2)"
        ),
        Plant(
            name: "more is reserved than is there",
            invariant: .noOversell,
            table: "stock",
            sql: "UPDATE stock SET on_hand = reserved - 1 WHERE sku = 'TEA'"
        ),
        Plant(
            name: "less than nothing is reserved",
            invariant: .noOversell,
            table: "stock",
            sql: "UPDATE stock SET reserved = -1 WHERE sku = 'TEA'"
        ),
    ]

    static let lifecycle: [Plant] = [
        Plant(
            name: "a cancelled order keeps its units",
            invariant: .reservationLifecycle,
            table: "orders",
            sql:
                "UPDATE movements SET reference = NULL WHERE kind = 3 AND reference IN (SELECT id FROM orders WHERE state = 6)"
        ),
        Plant(
            name: "units are both released and shipped",
            invariant: .reservationLifecycle,
            table: "orders",
            sql: """
                UPDATE movements SET kind = 4, reference = (SELECT id FROM orders WHERE state = 6 LIMIT 1)
                WHERE id = (SELECT min(id) FROM movements WHERE kind = 4)
                """
        ),
        Plant(
            name: "a reservation belongs to another order",
            invariant: .reservationLifecycle,
            table: "orders",
            sql: """
                UPDATE movements SET reference = (SELECT id FROM orders WHERE state = 5)
                WHERE kind = 2 AND reference = (SELECT id FROM orders WHERE state = 7)
                """
        ),
        Plant(
            name: "nothing would end an unpaid order's reservation",
            invariant: .reservationLifecycle,
            table: "orders",
            sql: "UPDATE orders SET reserved_until = NULL WHERE state = 1"
        ),
        Plant(
            name: "a reservation would end at another time than the order says",
            invariant: .reservationLifecycle,
            table: "orders",
            sql: "UPDATE orders SET reserved_until = reserved_until + 1000 WHERE state = 1"
        ),
        Plant(
            name: "a line is allocated less than it orders",
            invariant: .reservationLifecycle,
            table: "orders",
            sql: document("orders", "state = 1", #""location":"main","quantity":3"#, #""location":"main","quantity":2"#)
        ),
        Plant(
            name: "an unpaid order is held without end",
            invariant: .reservationLifecycle,
            table: "orders",
            sql: document("orders", "state = 1", #""reservedUntil""#, #""heldUntil""#)
        ),
    ]

    static let presence: [Plant] = [
        Plant(
            name: "an event is lost",
            invariant: .noPhantom,
            table: "events",
            sql: "DELETE FROM events WHERE seq = (SELECT max(seq) - 4 FROM events)"
        ),
        Plant(
            name: "the last event is lost",
            invariant: .noPhantom,
            table: "events",
            sql: "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)"
        ),
        Plant(
            name: "an order was announced twice",
            invariant: .noPhantom,
            table: "events",
            sql: "UPDATE events SET type = 10 WHERE seq = (SELECT min(seq) FROM events WHERE type = 11)"
        ),
        Plant(
            name: "an event tells of an order that is not there",
            invariant: .noPhantom,
            table: "events",
            sql: """
                UPDATE events SET subject = 'ord_01a0c4506c0070058000000000000006'
                WHERE seq = (SELECT max(seq) FROM events WHERE type = 10)
                """
        ),
        Plant(
            name: "an event tells of a return that is not there",
            invariant: .noPhantom,
            table: "events",
            sql: "DELETE FROM returns WHERE id = (SELECT max(id) FROM returns)"
        ),
        Plant(
            name: "an event's subject is nothing",
            invariant: .noPhantom,
            table: "events",
            sql: "UPDATE events SET subject = 'nobody' WHERE type = 30"
        ),
        Plant(
            name: "an order vanished",
            invariant: .noPhantom,
            table: "movements",
            sql: "DELETE FROM orders WHERE state = 5"
        ),
        Plant(
            name: "a receipt names an order that is not there",
            invariant: .noPhantom,
            table: "idempotency",
            sql: "UPDATE idempotency SET receipt = zeroblob(16) WHERE key = (SELECT min(key) FROM idempotency)",
            isSeenIncrementally: false
        ),
        Plant(
            name: "a return's credit vanished",
            invariant: .noPhantom,
            table: "returns",
            sql: "DELETE FROM credits WHERE kind = 3"
        ),
    ]

    static let agreement: [Plant] = [
        Plant(
            name: "an order's column of states differs",
            invariant: .stateAgreement,
            table: "orders",
            sql: "UPDATE orders SET state = 2 WHERE state = 5"
        ),
        Plant(
            name: "an order's column of customers differs",
            invariant: .stateAgreement,
            table: "orders",
            sql: "UPDATE orders SET customer = NULL WHERE customer IS NOT NULL"
        ),
        Plant(
            name: "a shipped order is not paid",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 4", #""state":"paid""#, #""state":"pending""#)
        ),
        Plant(
            name: "a cancelled order has shipped",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 6", #""fulfilled":0"#, #""fulfilled":1"#)
        ),
        Plant(
            name: "a fulfilled order has units left",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 5", #""fulfilled":1"#, #""fulfilled":0"#)
        ),
        Plant(
            name: "more came back than was shipped",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 4", #""returned":3"#, #""returned":7"#)
        ),
        Plant(
            name: "an order counts another number of units returned than its returns",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 4", #""returned":3"#, #""returned":4"#)
        ),
        Plant(
            name: "a history does not end in the state",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 5", #"{"state":"completed","#, #"{"state":"fulfilled","#)
        ),
        Plant(
            name: "units that came back were never restocked",
            invariant: .stateAgreement,
            table: "orders",
            sql: "UPDATE movements SET reference = NULL WHERE kind = 5 AND reference IS NOT NULL"
        ),
        Plant(
            name: "a cart names another order than was made from it",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("carts", "1", #""order":"ord_0"#, #""order":"ord_f"#)
        ),
        Plant(
            name: "a cart forgets its order",
            invariant: .stateAgreement,
            table: "carts",
            sql: document("carts", "1", #""state":"ordered""#, #""state":"open""#),
            isSeenIncrementally: false
        ),
        Plant(
            name: "a return takes another line back",
            invariant: .stateAgreement,
            table: "returns",
            sql: document("returns", "1", #""line":1,"sku":"TEA""#, #""line":1,"sku":"MUG""#)
        ),
        Plant(
            name: "an order cannot be read",
            invariant: .structure,
            table: "orders",
            sql: "UPDATE orders SET document = x'7b7d' WHERE state = 3"
        ),
    ]

    static let amounts: [Plant] = [
        Plant(
            name: "a line's total is not price times quantity",
            invariant: .amounts,
            table: "orders",
            sql: document("orders", "state = 1", #""total":{"amount":750"#, #""total":{"amount":751"#)
        ),
        Plant(
            name: "an order's total is not the sum of its lines",
            invariant: .amounts,
            table: "orders",
            sql: document("orders", "state = 2", #"],"total":{"amount":750"#, #"],"total":{"amount":7500"#)
        ),
        Plant(
            name: "a line is in another currency",
            invariant: .amounts,
            table: "orders",
            sql: document(
                "orders",
                "state = 7",
                #""unitPrice":{"amount":250,"currency":"GBP"}"#,
                #""unitPrice":{"amount":250,"currency":"EUR"}"#
            )
        ),
        Plant(
            name: "a return's credit is not the sum of its lines",
            invariant: .amounts,
            table: "returns",
            sql: document("returns", "1", #""credit":{"amount":500"#, #""credit":{"amount":501"#)
        ),
        Plant(
            name: "a credit is not what its return says",
            invariant: .amounts,
            table: "returns",
            sql: document("credits", "kind = 3", #""amount":{"amount":500"#, #""amount":{"amount":499"#)
        ),
        Plant(
            name: "a credit is in another currency than its order",
            invariant: .amounts,
            table: "credits",
            sql: document("credits", "kind = 1", #""currency":"GBP""#, #""currency":"EUR""#)
        ),
    ]
}

@Suite("The audit")
struct AuditTests {
    @Test("a shop with orders in every state is clean")
    func cleanShop() async throws {
        let shop = try AuditShop()
        try await shop.trade(shop.open())
        let report = try await shop.audit()
        #expect(report.isClean, "\(report.text)")
        #expect(report.exitCode == 0)
        #expect(report.checked["orders"] == 14)
        #expect(report.checked["returns"] == 3)
        #expect(report.text.hasSuffix("clean\n"))
        await shop.close()
    }

    @Test("what is new in a clean shop is clean, and only what is new is read")
    func cleanIncrement() async throws {
        let shop = try AuditShop()
        let customer = try await shop.open()
        let old = try await shop.order([("TEA", 4)])
        try await shop.change(old, [.pay(reason: nil), .fulfil([LineQuantity(line: 1, quantity: 1)])])
        let first = try await shop.audit(incrementally: true)
        #expect(first.isClean, "\(first.text)")
        #expect(first.scope == .full)
        #expect(first.scopeReason != nil)
        try await shop.change(old, [.fulfil([LineQuantity(line: 1, quantity: 2)]), .fulfil(nil)])
        try await shop.takeBack(old, [(1, 1, .writeOff)])
        try await shop.trade(customer)
        let second = try await shop.audit(incrementally: true)
        #expect(second.isClean, "\(second.text)")
        #expect(second.scope == .incremental)
        #expect(second.checked["orders"] == 15)
        let elsewhere = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock, location: "north")
        try await shop.submit(TakeBack(order: old, lines: [elsewhere], reason: "wrong"))
        let third = try await shop.audit(incrementally: true)
        #expect(third.isClean, "\(third.text)")
        #expect(third.checked["orders"] == 1)
        #expect(third.checked["events"] == 2)
        await shop.close()
    }

    @Test("every violation is found and named", arguments: Plant.all)
    func violation(_ plant: Plant) async throws {
        let shop = try AuditShop()
        try await shop.trade(shop.open())
        try shop.spoil(plant.sql)
        let report = try await shop.audit()
        #expect(
            report.violations.contains { $0.invariant == plant.invariant && $0.table == plant.table },
            "\(report.text)"
        )
        #expect(report.exitCode == 1)
        #expect(report.counts[plant.invariant, default: 0] > 0)
        await shop.close()
    }

    @Test("every violation in what is new is found and named", arguments: Plant.all.filter(\.isSeenIncrementally))
    func newViolation(_ plant: Plant) async throws {
        let shop = try AuditShop()
        let customer = try await shop.open()
        try await shop.audit(incrementally: true).exitCode.isZero()
        try await shop.adjust("TEA", "main", 10)
        try await shop.submit(PutCustomer(CustomerDetails(email: "eve@example.org")))
        try await shop.trade(customer)
        try shop.spoil(plant.sql)
        let report = try await shop.audit(incrementally: true)
        #expect(report.scope == .incremental)
        #expect(
            report.violations.contains { $0.invariant == plant.invariant && $0.table == plant.table },
            "\(report.text)"
        )
        let again = try await shop.audit(incrementally: true)
        #expect(again.counts == report.counts, "the cursor stays where it was until the audit is clean")
        await shop.close()
    }

    @Test("a change of an older order is compared with what the order did before the cursor")
    func olderOrder() async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        let order = try await shop.order([("TEA", 4)])
        try await shop.change(order, [.pay(reason: nil), .fulfil([LineQuantity(line: 1, quantity: 1)])])
        try await shop.audit(incrementally: true).exitCode.isZero()
        try await shop.change(order, [.fulfil([LineQuantity(line: 1, quantity: 2)])])
        try shop.spoil(Plant.document("orders", "state = 3", #""fulfilled":3"#, #""fulfilled":2"#))
        let report = try await shop.audit(incrementally: true)
        #expect(report.scope == .incremental)
        #expect(report.violations.contains { $0.invariant == .reservationLifecycle && $0.key == "\(order)" })
        await shop.close()
    }

    @Test("an order that no event announced is found in what is new")
    func unannounced() async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        try await shop.audit(incrementally: true).exitCode.isZero()
        try await shop.order([("TEA", 4)])
        try shop.spoil("UPDATE events SET type = 5 WHERE type = 10")
        let report = try await shop.audit(incrementally: true)
        #expect(report.violations.contains { $0.invariant == .noPhantom && $0.expected == "1 order.placed" })
        await shop.close()
    }

    @Test("a ledger that went back behind the cursor is reported")
    func wentBack() async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        try await shop.audit(incrementally: true).exitCode.isZero()
        try shop.spoil("UPDATE counters SET value = value - 1 WHERE name = 'events'")
        let report = try await shop.audit(incrementally: true)
        #expect(report.scope == .full)
        #expect(report.counts[.acknowledgedOrders] == 1)
        await shop.close()
    }

    @Test("a ledger that was restored since the cursor is audited from its start, and going back is no violation")
    func restored() async throws {
        let shop = try AuditShop()
        let customer = try await shop.open()
        try await shop.trade(customer)
        try await shop.audit(incrementally: true).exitCode.isZero()
        // The cursor of a longer history, as one that was written in the lost future.
        let file = URL(fileURLWithPath: shop.path + ".cursor")
        let cursor = try String(contentsOf: file, encoding: .utf8)
        let further = cursor.replacing(#/"events":(\d+)/#) { "\"events\":\($0.output.1)000" }
        try further.write(to: file, atomically: true, encoding: .utf8)
        #expect(try await shop.audit(incrementally: true).counts[.acknowledgedOrders] == 1)
        try await shop.submit(MarkRestored(ID(high: 1, low: 1), to: shop.now))
        let report = try await shop.audit(incrementally: true)
        #expect(report.isClean && report.scope == .full, "\(report.text)")
        #expect(report.scopeReason == "the ledger was restored since the cursor")
        try await shop.order([("MUG", 1)])
        #expect(try await shop.audit(incrementally: true).scope == .incremental)
        await shop.close()
    }

    @Test("a feed that was pruned is clean")
    func pruned() async throws {
        let shop = try AuditShop()
        let customer = try await shop.open()
        try await shop.trade(customer)
        shop.wait(seconds: 1000)
        try await shop.adjust("MUG", "main", 100)
        try await shop.trade(customer)
        try shop.spoil("DELETE FROM events WHERE seq < 20")
        let report = try await shop.audit()
        #expect(report.isClean, "\(report.text)")
        try shop.spoil("UPDATE events SET type = 12 WHERE seq = (SELECT max(seq) FROM events WHERE type = 11)")
        #expect(try await shop.audit().counts[.noPhantom, default: 0] > 0)
        await shop.close()
    }

    @Test("an overdue reservation is a violation once a worker has passed it by")
    func overdue() async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        let forgotten = try await shop.order([("TEA", 1)], hold: 10)
        shop.wait(seconds: 300)
        let waiting = try await shop.audit()
        #expect(waiting.isClean)
        #expect(waiting.notices.count == 1)
        #expect(try await shop.audit { $0.isShopRunning = true }.counts[.reservationLifecycle] == 1)
        let later = try await shop.order([("TEA", 1)], hold: 10)
        shop.wait(seconds: 300)
        try await shop.expire(later)
        for incrementally in [false, true] {
            let report = try await shop.audit(incrementally: incrementally)
            #expect(report.violations.map(\.key) == ["\(forgotten)"])
        }
        await shop.close()
    }

    @Test("an acknowledged order that is missing is named by the journal's line")
    func journal() async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        let kept = try await shop.order([("TEA", 1)])
        let path = shop.path + ".journal"
        defer { unlink(path) }
        let lost = ID<Order>(at: shop.now, random: (1, 2))
        try "a\t\(kept)\nb\t\(lost)\nc\tord_half".write(toFile: path, atomically: true, encoding: .utf8)
        let report = try await shop.audit { $0.journal = path }
        #expect(report.violations.map(\.key) == ["\(lost)"])
        #expect(report.violations.first?.expected == "the order acknowledged in line 2")
        #expect(report.violations.first?.invariant == .acknowledgedOrders)
        await shop.close()
    }

    @Test("lists are capped, counts are not, and the JSON says both")
    func capped() async throws {
        let shop = try AuditShop()
        try await shop.trade(shop.open())
        try shop.spoil("UPDATE orders SET state = 99")
        let report = try await shop.audit { $0.listMax = 3 }
        #expect(report.violations.count { $0.invariant == .stateAgreement } == 3)
        #expect(report.counts[.stateAgreement] == 14)
        #expect(String(decoding: report.json, as: UTF8.self).contains(#""id":"I9""#))
        await shop.close()
    }

    @Test("a missing file is no report, and a file of anything else is refused without being changed")
    func refusals() async throws {
        await #expect(throws: AuditError.self) {
            _ = try await Audit.run(AuditOptions(database: "/nonexistent/tradewind.db"))
        }
        let path = NSTemporaryDirectory() + "audit-\(UUID().uuidString).txt"
        defer { unlink(path) }
        try "not a database, and longer than its header would be, in any case".write(
            toFile: path,
            atomically: true,
            encoding: .utf8
        )
        await #expect(throws: AuditError.self) { _ = try await Audit.run(AuditOptions(database: path)) }
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("not a database"))
    }

    @Test("a shop in memory is audited like one in a file")
    func inMemory() async throws {
        let engine = MemoryEngine()
        let committer = try Committer(engine: engine)
        _ = try await committer.submit(OpenShop())
        let report = try await Audit.run(AuditOptions(database: "memory"), engine: engine)
        #expect(report.isClean, "\(report.text)")
        committer.close()
    }
}

extension Int32 {
    fileprivate func isZero() throws {
        try #require(self == 0)
    }
}
