import TestSupport
import Testing

@testable import Exchange

@Suite("Replay of hostile files")
struct ReplayHostileTests {
    private func check(_ plan: ReplayPlan) {
        #expect(plan.unaccounted == 0)
        #expect(plan.accounted == plan.table.rowCount)
        let rows = plan.table.rows.reduce(Int128(0)) { $0 + $1.amount }
        #expect(rows == plan.net)
        let asked = ReplayHoldings(plan)
        let net = asked.orders.money - asked.returns.money - asked.credits.money + asked.adjustments.money
        #expect(
            net * RetailBounds.millionthsInMinor + plan.source.total(.exception).money
                + plan.source.total(.trifle).money == plan.net
        )
    }

    @Test("whatever bytes are damaged, every row is accounted for", arguments: 1...40)
    func damaged(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var rows = ""
        for _ in 0..<200 {
            let prefix = ["", "", "", "C", "A"].randomElement(using: &generator) ?? ""
            let quantity = Int.random(in: -9...9, using: &generator)
            let price = ["0", "1.25", "0.001", "-3.10", "2.5500", "12"].randomElement(using: &generator) ?? ""
            let customer = ["", "1", "2"].randomElement(using: &generator) ?? ""
            let code = ["A", "a", "B C"].randomElement(using: &generator) ?? ""
            let invoice = Int.random(in: 1...30, using: &generator)
            rows += "\(prefix)\(invoice),\(code),\"d, \"\"x\"\"\",\(quantity),12/1/2010 8:26,\(price),\(customer),UK\n"
        }
        var bytes = Array((ReplayPlanTests.header + rows).utf8)
        check(ReplayPlan(try RetailTable(bytes)))
        for _ in 0..<60 {
            let place = Int.random(in: ReplayPlanTests.header.utf8.count..<bytes.count, using: &generator)
            let damage = [UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"), 0, 0x0D, UInt8(ascii: "9")]
            bytes[place] = damage.randomElement(using: &generator) ?? 0
        }
        check(ReplayPlan(try RetailTable(bytes)))
    }

    @Test("numbers at the edge of what can be held are exceptions, not crashes")
    func extremes() throws {
        let numbers = ["9223372036854", "-9223372036854", "9223372036854.775807", "99999999999999999999", "1000000"]
        var rows = ""
        for quantity in numbers {
            for price in numbers {
                for prefix in ["", "C", "A"] { rows += "\(prefix)1,A,x,\(quantity),12/1/2010,\(price),7,UK\n" }
            }
        }
        check(try ReplayPlanTests.plan(rows))
    }

    @Test("a file of cancellations alone becomes credits alone")
    func onlyCancellations() throws {
        let plan = try ReplayPlanTests.plan("C1,A,x,-1,12/1/2010,1.00,7,UK\nC2,A,x,-2,12/1/2010,1.00,,UK\n")
        check(plan)
        #expect(plan.orders.isEmpty && plan.returns.isEmpty)
        #expect(plan.credits.map(\.amount) == [100, 200])
    }

    @Test("a code that no SKU can hold is an exception, and its cancellation a credit")
    func codes() throws {
        let long = String(repeating: "x", count: 65)
        let plan = try ReplayPlanTests.plan(
            "1,\(long),x,1,12/1/2010,1.00,7,UK\n1,é,x,1,12/1/2010,1.00,7,UK\nC1,é,x,-1,12/1/2010,1.00,7,UK\n"
        )
        check(plan)
        #expect(plan.exceptions.map(\.reason) == Array(repeating: "stock code is not a SKU", count: 2))
        #expect(plan.credits.count == 1)
        #expect(plan.products.isEmpty)
    }
}
