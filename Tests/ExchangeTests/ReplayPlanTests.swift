import Testing

@testable import Exchange

@Suite("Replay plan")
struct ReplayPlanTests {
    static let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

    static func plan(_ rows: String) throws -> ReplayPlan {
        ReplayPlan(try RetailTable(Array((header + rows).utf8)))
    }

    @Test(
        "each row has one meaning",
        arguments: [
            ("1,A,x,2,2010-12-01 08:26:00,2.55,7,UK", "sale lines"),
            ("1,A,x,2,2010-12-01 08:26:00,2.55,,UK", "sale lines"),
            ("1,A,x,2,2010-12-01 08:26:00,2.5500,,UK", "exceptions"),
            ("C1,A,x,-2,2010-12-01 08:26:00,2.55,7,UK", "credits"),
            ("c1,A,x,-2,2010-12-01 08:26:00,2.55,7,UK", "credits"),
            ("A1,B,Adjust bad debt,1,2010-12-01 08:26:00,-11062.06,,UK", "adjustments"),
            ("1,A,,5,2010-12-01 08:26:00,0,,UK", "receipts"),
            ("1,A,damaged,-5,2010-12-01 08:26:00,0.0,,UK", "write-offs"),
            ("1,A,x,1,2010-12-01 08:26:00,0.001,,UK", "below 0.01"),
            ("1,A,x,9,2010-12-01 08:26:00,0.001,,UK", "below 0.01"),
            ("1,A,x,10,2010-12-01 08:26:00,0.001,,UK", "exceptions"),
            ("1,A,x,1,2010-12-01 08:26:00,0.011,,UK", "exceptions"),
            ("C1,A,x,1,2010-12-01 08:26:00,0.001,,UK", "exceptions"),
            ("1,é,x,1,2010-12-01 08:26:00,0.001,,UK", "exceptions"),
            ("1,A,x,0,2010-12-01 08:26:00,2.55,,UK", "below 0.01"),
            ("1,A,x,-1,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            ("1,A,x,1,2010-12-01 08:26:00,-2.55,,UK", "exceptions"),
            ("1,A,x,many,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            ("1,A,x,1,2010-12-01 08:26:00,cheap,,UK", "exceptions"),
            ("1,A,x,1.5,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            ("1,A,x,1000001,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            ("1,,x,1,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            (",A,x,1,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            ("C1,A,x,-1,2010-12-01 08:26:00,0,,UK", "exceptions"),
            ("C1,A,x,1,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
            ("A1,B,x,1,2010-12-01 08:26:00,0,,UK", "exceptions"),
            ("1,A,x,1", "exceptions"),
            ("1,A,\"x,1,2010-12-01 08:26:00,2.55,,UK", "exceptions"),
        ]
    )
    func meaning(_ row: String, _ category: String) throws {
        let plan = try Self.plan(row + "\n")
        let taken = ReplayCategory.allCases.filter { plan.source.total($0).rows > 0 }.map(\.name)
        #expect(taken == [category])
        #expect(plan.accounted == 1 && plan.unaccounted == 0)
    }

    @Test("rows of one invoice become one order, wherever they stand")
    func grouping() throws {
        let plan = try Self.plan(
            """
            1,A,a,2,2010-12-01 08:26:00,1.00,7,UK
            2,A,a,1,2010-12-01 08:26:00,1.00,8,UK
            1,a,lower,3,2010-12-01 08:27:00,2.00,7,UK
            1,A,a,2,2010-12-01 08:27:00,1.00,7,UK
            """
        )
        #expect(plan.orders.map { $0.lines.count } == [3, 1])
        #expect(plan.orders.map(\.total) == [1000, 100])
        #expect(plan.products.map(\.sku) == ["A", "a"])
        #expect(plan.products.map(\.outgoing) == [5, 3])
    }

    @Test("an invoice of two customers becomes two orders with keys of their own")
    func splitInvoice() throws {
        let plan = try Self.plan(
            """
            1,A,a,1,2010-12-01 08:26:00,1.00,7,UK
            1,A,a,1,2010-12-01 08:26:00,1.00,8,UK
            """
        )
        let names = ReplayNames(digest: plan.table.digest)
        let keys = plan.orders.map { names.order("1", part: $0.part, step: "place", attempt: 1) }
        #expect(Set(keys).count == 2)
    }

    @Test("an order holds at most two thousand lines")
    func longInvoice() throws {
        let row = "1,A,a,1,2010-12-01 08:26:00,1.00,7,UK\n"
        let plan = try Self.plan(String(repeating: row, count: 4001))
        #expect(plan.orders.map { $0.lines.count } == [2000, 2000, 1])
        #expect(plan.orders.map(\.part) == [1, 2, 3])
    }

    @Test("a cancellation takes from the latest sale that fits, then from the one before, then is credited")
    func matching() throws {
        let plan = try Self.plan(
            """
            1,A,a,5,2010-12-01 08:26:00,1.00,7,UK
            2,A,a,4,2010-12-01 08:27:00,1.00,7,UK
            3,A,a,9,2010-12-01 08:27:00,1.10,7,UK
            4,A,a,9,2010-12-01 08:27:00,1.00,8,UK
            C5,A,a,-6,2010-12-01 08:28:00,1.00,7,UK
            C6,A,a,-6,2010-12-01 08:29:00,1.00,7,UK
            """
        )
        #expect(plan.returns.map(\.order) == [1, 0, 0])
        #expect(plan.returns.map(\.units) == [4, 2, 3])
        #expect(plan.returns.map(\.rows) == [1, 0, 1])
        #expect(plan.credits.map(\.amount) == [300])
        #expect(plan.credits.map(\.rows) == [0])
        #expect(plan.accounted == 6)
        #expect(plan.source.total(.returned).money + plan.source.total(.credit).money == -12_000_000)
    }

    @Test("a cancellation before its sale, without a customer, or of no sale is credited")
    func unmatched() throws {
        let plan = try Self.plan(
            """
            C1,A,a,-1,2010-12-01 08:26:00,1.00,7,UK
            2,A,a,1,2010-12-01 08:27:00,1.00,7,UK
            3,A,a,1,2010-12-01 08:27:00,1.00,,UK
            C4,A,a,-1,2010-12-01 08:28:00,1.00,,UK
            C5,AMAZONFEE,fee,-1,2010-12-01 08:28:00,13541.33,,UK
            """
        )
        #expect(plan.returns.isEmpty)
        #expect(plan.credits.map(\.amount) == [100, 100, 1_354_133])
    }

    @Test("two lines of a cancellation that meet in one order line are one return line")
    func mergedReturnLines() throws {
        let plan = try Self.plan(
            """
            1,A,a,5,2010-12-01 08:26:00,1.00,7,UK
            C2,A,a,-2,2010-12-01 08:28:00,1.00,7,UK
            C2,A,a,-1,2010-12-01 08:28:00,1.00,7,UK
            """
        )
        #expect(plan.returns.map { $0.lines.map(\.quantity) } == [[3]])
        #expect(plan.returns.map(\.rows) == [2])
    }

    @Test("a return always comes after the order it takes from")
    func stepOrder() throws {
        let plan = try Self.plan(
            """
            1,A,a,5,2010-12-01 08:26:00,1.00,7,UK
            C2,A,a,-2,2010-12-01 08:28:00,1.00,7,UK
            1,B,b,5,2010-12-01 08:29:00,1.00,7,UK
            C2,B,b,-1,2010-12-01 08:30:00,1.00,7,UK
            """
        )
        var placed: Set<Int> = []
        for step in plan.steps {
            switch step {
            case .order(let order): placed.insert(order)
            case .giveBack(let index): #expect(placed.contains(plan.returns[index].order))
            case .credit, .movement: break
            }
        }
        #expect(plan.returns.map(\.units) == [3])
    }

    @Test("the usual name and price win, the first seen on a tie")
    func catalogue() throws {
        let plan = try Self.plan(
            """
            1,A,damaged,-9,2010-12-01 08:26:00,0,,UK
            1,A,first,1,2010-12-01 08:26:00,1.00,7,UK
            2,A,second,1,2010-12-01 08:26:00,2.00,7,UK
            3,B,,3,2010-12-01 08:26:00,0,,UK
            """
        )
        #expect(plan.products.map(\.name) == ["first", "B"])
        #expect(plan.products.map(\.price) == [100, 1])
        #expect(plan.products.map(\.outgoing) == [11, 0])
    }

    @Test("the same file always gives the same plan and names")
    func deterministic() throws {
        let rows = (0..<200).map { "\($0 % 40),S\($0 % 7),d\($0 % 3),1,2010-12-01 08:26:00,1.0\($0 % 5),\($0 % 4),UK" }
        let (first, second) = (try Self.plan(rows.joined(separator: "\n")), try Self.plan(rows.joined(separator: "\n")))
        #expect(first.table.digest == second.table.digest)
        #expect(first.products.map(\.name) == second.products.map(\.name))
        #expect(first.products.map(\.price) == second.products.map(\.price))
        #expect(first.orders.map(\.total) == second.orders.map(\.total))
    }

    @Test("names of columns are taken in any case and order, and missing ones are named")
    func columns() throws {
        let text = "country,PRICE,Invoice,StockCode,Quantity,Customer ID\nUK,1.00,1,A,2,17850.0\n"
        let table = try RetailTable(Array(text.utf8))
        #expect(table.customers == ["17850"])
        #expect(ReplayPlan(table).net == 2_000_000)
        #expect(
            throws: RetailTableError.missingColumns(["StockCode", "UnitPrice"], header: ["InvoiceNo", "Quantity"])
        ) {
            try RetailTable(Array("InvoiceNo,Quantity\n1,2\n".utf8))
        }
        #expect(throws: RetailTableError.empty) { try RetailTable([]) }
    }

    @Test(
        "times are read in the forms that are about",
        arguments: [
            ("2010-12-01 08:26:00", 1_291_191_960), ("12/1/2010 8:26", 1_291_191_960),
            ("2010-12-01T08:26:00.000Z", 1_291_191_960), ("31/12/2010 00:00", 1_293_753_600),
            ("12/1/10 8:26", 1_291_191_960), ("12/1/2010 8:26 AM", 1_291_191_960),
            ("12/1/2010 8:26:00 p.m.", 1_291_235_160),
            ("12/1/2010 12:26am", 1_291_163_160), ("01.12.2010 08:26", 1_291_191_960),
            ("1-12-2010 8:26", 1_291_191_960),
            ("12-31-2010", 1_293_753_600), ("2010-12-01", 1_291_161_600), ("12/1/2010", 1_291_161_600),
            ("2010/12/01 08:26:00+01:00", 1_291_191_960), (" 12/1/2010 8:26 UTC ", 1_291_191_960),
            ("2/29/2012", 1_330_473_600),
            ("yesterday", nil), ("", nil), ("2010-13-01", nil), ("40513.35", nil), ("2/29/2011", nil),
            ("12/1/2010 25:26", nil), ("12/1/2010 8:60", nil), ("12/1/2099 8:26", nil), ("1/1/1970 0:00", nil),
            ("0001-01-01 00:00:00", nil), ("12/1/2010 8:26 x", nil), ("12/1/2010x8:26", nil), ("12/1", nil),
            ("13/13/2010", nil), ("0/1/2010", nil), ("12/1/2010 13:26 PM", nil), ("8:26", nil), ("NULL", nil),
            ("12/1/201 8:26", nil), ("20101201", nil), ("１２/1/2010", nil),
        ] as [(String, Int64?)]
    )
    func times(_ text: String, _ seconds: Int64?) {
        // Relative to 2026-06-01.
        #expect(RetailDate(now: 1_780_272_000).seconds(Array(text.utf8)[...]) == seconds)
    }

    @Test(
        "a row whose date cannot be read cannot be read, and without the column none is wanted",
        arguments: ["soon", "", "40513.35", "2/29/2011", "12/1/2010 25:26", "12/1/2099 8:26"]
    )
    func dates(_ date: String) throws {
        let plan = try Self.plan("1,A,x,1,\(date),1.00,,UK\n2,A,x,1,12/1/2010 8:26,1.00,,UK\n")
        #expect(plan.table.unreadableRows == 1 && plan.orders.count == 1)
        #expect(plan.exceptions.map(\.line) == [2])
        #expect(plan.exceptions.first?.reason.contains("invoice date cannot be read") == true)
        let table = try RetailTable(Array("InvoiceNo,StockCode,Quantity,UnitPrice\n1,A,1,1.00\n".utf8))
        #expect(table.unreadableRows == 0 && !table.hasDates)
    }

    @Test("names are visible ASCII of bounded length, and different texts have different names")
    func names() {
        let names = ReplayNames(digest: "00000000")
        let long = String(repeating: "x", count: 500)
        let all = ["A B", "A_B", "A%20B", "é", long, long + "y"].map { names.opening($0, part: 1) }
        #expect(Set(all).count == all.count)
        #expect(all.allSatisfy { $0.utf8.count <= 255 && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } })
    }
}
