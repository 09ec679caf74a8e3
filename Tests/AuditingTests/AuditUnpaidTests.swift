import Ledger
import TestSupport
import Testing
import Trading

@testable import Auditing

@Suite("The audit of what is held unpaid")
struct AuditUnpaidTests {
    /// Orders of clients without a key, with random further steps.
    private struct Guests {
        let shop: AuditShop
        var generator: SeededGenerator
        var orders: [ID<Order>] = []
        var done = 0

        mutating func step() async throws {
            guard let order = orders.randomElement(using: &generator), Int.random(in: 0..<3, using: &generator) > 0
            else {
                return try await place()
            }
            let line = Int64.random(in: 1...2, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: await attempt(ChangeOrder(order, .pay(reason: nil)))
            case 1: await attempt(ChangeOrder(order, .cancel(reason: nil)))
            case 2, 3: await attempt(ChangeOrder(order, .cancel([UnitsToCancel(.line(line), 1)], reason: nil)))
            case 4: await attempt(ChangeOrder(order, .fulfil([LineQuantity(line: line, quantity: 1)])))
            case 5: await attempt(ChangeOrder(order, .fulfil(nil)))
            default:
                shop.wait(seconds: 300)
                for order in orders { _ = try await shop.submit(ExpireOrder(order)) }
            }
        }

        private mutating func place() async throws {
            let lines = ["TEA", "MUG", "POST"].map {
                OrderRequestLine(sku: SKU(stored: $0), quantity: .random(in: 1...4, using: &generator))
            }
            let address = Int64.random(in: -2...2, using: &generator)
            let buyer: Int64? = Bool.random(using: &generator) ? .random(in: -2...2, using: &generator) : nil
            let place = PlaceOrder(
                source: .lines(lines.shuffled(using: &generator).suffix(2), AuditShop.gbp),
                payment: Bool.random(using: &generator) ? .cashOnDelivery : .manual,
                terms: PaymentTerms(cashOnDelivery: true),
                holdSeconds: 900,
                client: UnpaidClient(address: address, buyer: buyer)
            )
            if let placed = await attempt(place) { orders.append(placed.order.id) }
        }

        @discardableResult
        private mutating func attempt<C: Command>(_ command: C) async -> C.Outcome? {
            guard let outcome = try? await shop.submit(command) else { return nil }
            done += 1
            return outcome
        }
    }

    @Test("finds nothing after any walk of orders", arguments: 1...4 as ClosedRange<UInt64>)
    func walk(_ seed: UInt64) async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        var guests = Guests(shop: shop, generator: SeededGenerator(seed: seed))
        var rows = 0
        for _ in 0..<6 {
            for _ in 0..<20 { try await guests.step() }
            let report = try await shop.audit()
            #expect(report.isClean, "seed \(seed): \(report.text)")
            rows += report.checked["unpaid_units"] ?? 0
        }
        #expect(guests.done > 40 && rows > 12, "seed \(seed): a walk that goes nowhere shows nothing")
        await shop.close()
    }

    @Test(
        "finds a count that is not that of the orders",
        arguments: [
            ("UPDATE unpaid_units SET units = units + 1 WHERE digest < 0", "unpaid_units", "client ", "3 units", "4"),
            ("UPDATE unpaid_units SET units = units - 1 WHERE digest >= 0", "unpaid_units", "SKU TEA", "3 units", "2"),
            ("DELETE FROM unpaid_units WHERE digest >= 0", "unpaid_units", "SKU TEA", "3 units", "no row"),
            ("DELETE FROM unpaid_units WHERE digest < 0", "unpaid_units", "client ", "3 units", "no row"),
            ("INSERT INTO unpaid_units VALUES (5, 9)", "unpaid_units", "SKU of digest 5", "0 units", "9"),
            ("INSERT INTO unpaid_units VALUES (-5, 9)", "unpaid_units", "client -5", "0 units", "9"),
            ("UPDATE orders SET address = NULL", "unpaid_units", "client ", "0 units", "3"),
            ("UPDATE orders SET buyer = 77", "unpaid_units", "client ", "3 units", "no row"),
            ("UPDATE orders SET address = 7 WHERE address IS NULL", "orders", "ord_", "no client", "one"),
        ]
    )
    func spoilt(_ sql: String, _ table: String, _ key: String, _ expected: String, _ found: String) async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        let lines = [OrderRequestLine(sku: SKU(stored: "TEA"), quantity: 3)]
        let client = UnpaidClient(address: 7)
        try await shop.submit(PlaceOrder(source: .lines(lines, AuditShop.gbp), holdSeconds: 86_400, client: client))
        try await shop.change(shop.order([("TEA", 4)]), [.pay(reason: nil)])
        let clean = try await shop.audit()
        #expect(clean.isClean && clean.checked["unpaid_units"] == 2, "\(clean.text)")
        try shop.spoil(sql)
        let report = try await shop.audit()
        #expect(
            report.violations.contains { violation in
                violation.invariant == .stateAgreement && violation.table == table && violation.key.hasPrefix(key)
                    && violation.expected.contains(expected) && violation.found.contains(found)
            },
            "\(report.text)"
        )
        await shop.close()
    }
}
