import JSON
import Testing

@testable import Exchange
@testable import ForeignFiles

@Suite("Replay report")
struct ReplayReportTests {
    private func plan() throws -> ReplayPlan {
        try ReplayPlanTests.plan(
            """
            1,A,a,5,2010-12-01 08:26:00,1.00,7,UK
            C2,A,a,-2,2010-12-01 08:28:00,1.00,7,UK
            3,A,a,1,2010-12-01 08:28:00,0.001,7,France
            """
        )
    }

    private func report(
        _ plan: ReplayPlan,
        _ holdings: ReplayHoldings? = nil,
        _ change: (inout WorkerLog) -> Void = { _ in }
    ) -> ReplayReport {
        var log = WorkerLog(countries: plan.table.countries.count)
        log.tally.noteOrder(country: 0)
        log.tally.add(.sale, country: 0, rows: 1, units: 5, money: 5_000_000)
        log.tally.add(.returned, country: 0, rows: 1, units: -2, money: -2_000_000)
        change(&log)
        return ReplayReport(
            plan,
            log,
            holdings,
            ReplayOptions(path: "", url: "", key: nil),
            planning: .zero,
            driving: .seconds(1),
            verifying: .zero
        )
    }

    @Test("a run whose answers equal the source is reconciled")
    func reconciled() throws {
        let plan = try plan()
        let report = report(plan, ReplayHoldings(plan))
        #expect(report.isReconciled && report.exitCode == 0)
        #expect(
            report.text.contains(
                "RECONCILED: 3 rows accounted for, net 3.001 GBP, no difference but 1 rows worth less than 0.01 each, 0.001 in all"
            )
        )
        #expect(report.total.money == (3_001_000, 3_000_000) && report.total.rows == (3, 2))
        #expect(report.text.contains("line 4: 3 A ×1, 0.001: price is not in whole pence"))
    }

    @Test("a row, a unit, a penny, a refusal or a doubled order on the server fails the run")
    func differences() throws {
        let plan = try plan()
        #expect(report(plan) { $0.tally.add(.sale, country: 0, rows: -1, units: 0) }.unaccountedRows == 1)
        #expect(report(plan) { $0.tally.add(.sale, country: 0, rows: 0, units: 1) }.exitCode == 1)
        #expect(report(plan) { $0.tally.add(.sale, country: 0, rows: 0, units: 0, money: 10_000) }.exitCode == 1)
        #expect(report(plan) { $0.refusals.append(.init(line: 2, subject: "x", reason: "y")) }.exitCode == 1)
        var doubled = ReplayHoldings(plan)
        doubled.orders.add(500)
        let report = report(plan, doubled)
        #expect(report.exitCode == 1)
        #expect(report.text.contains("orders: 1 of 5.00 wanted, the server holds 2 of 10.00"))
    }

    @Test(
        "a row that nothing was asked for is not on the server, and a difference",
        arguments: [
            "3,ünï,a,1,2010-12-01 08:28:00,2.00,7,UK", "3,A,a,2000000,2010-12-01 08:28:00,2.00,7,UK",
            "C3,A,a,1,2010-12-01 08:28:00,2.00,7,UK", "3,A,a,10,2010-12-01 08:28:00,0.001,7,UK",
        ]
    )
    func exceptions(_ row: String) throws {
        let good = "1,A,a,5,2010-12-01 08:26:00,1.00,7,UK\nC2,A,a,-2,2010-12-01 08:28:00,1.00,7,UK\n"
        let plan = try ReplayPlanTests.plan(good + row + "\n")
        let report = report(plan, ReplayHoldings(plan))
        #expect(report.total.rows == (3, 2) && report.total.money.server == 3_000_000)
        let exceptions = try #require(report.categories.last)
        #expect(exceptions.rows == (1, 0) && exceptions.money.server == 0)
        #expect(report.exitCode == 1 && report.unaccountedRows == 0)
        #expect(
            report.text.contains("NOT RECONCILED: 1 rows are not on the server (exceptions), 0 rows unaccounted for")
        )
    }

    @Test("money in one country does not make up for money missing in another")
    func countries() throws {
        let plan = try plan()
        let shifted = report(plan) {
            $0.tally.add(.sale, country: 0, rows: 0, units: 0, money: -10_000)
            $0.tally.add(.sale, country: 1, rows: 0, units: 0, money: 10_000)
        }
        #expect(shifted.total.isEqual)
        #expect(!shifted.isReconciled)
    }

    @Test("the report as JSON is one whole object")
    func json() throws {
        let plan = try plan()
        var reader = JSONReader(report(plan, ReplayHoldings(plan)).json)
        try reader.skip()
        try reader.finish()
    }

    @Test(
        "a row that cannot be read fails the run, since nothing says what it is worth",
        arguments: ["12,50", "1.000", "2.5500", "1e3", "£5", "", "１"]
    )
    func unreadable(_ price: String) throws {
        let good = "1,A,a,5,2010-12-01 08:26:00,1.00,7,UK\nC2,A,a,-2,2010-12-01 08:28:00,1.00,7,UK\n"
        let plan = try ReplayPlanTests.plan(good + "3,A,a,1,2010-12-01 08:28:00,\"\(price)\",7,France\n")
        let report = report(plan, ReplayHoldings(plan))
        #expect(report.unreadableRows == 1 && report.exitCode == 1)
        #expect(report.text.contains("NOT RECONCILED: 1 of 3 rows could not be read"))
    }

    @Test("nothing to replay is no success: no row, or none that can be taken")
    func nothing() throws {
        for rows in ["", "1,A,a,0,2010-12-01 08:26:00,1.00,7,UK\n"] {
            let plan = try ReplayPlanTests.plan(rows)
            let log = WorkerLog(countries: plan.table.countries.count)
            let report = ReplayReport(
                plan,
                log,
                ReplayHoldings(plan),
                ReplayOptions(path: "", url: "", key: nil),
                planning: .zero,
                driving: .zero,
                verifying: .zero
            )
            #expect(report.unaccountedRows == 0 && report.exitCode == 1)
        }
    }

    @Test("where money was moved, books that were not read are no balanced books")
    func noBooks() throws {
        let plan = try plan()
        var options = ReplayOptions(path: "", url: "", key: nil)
        options.payments = .sandbox
        var log = WorkerLog(countries: plan.table.countries.count)
        log.tally.noteOrder(country: 0)
        log.tally.add(.sale, country: 0, rows: 1, units: 5, money: 5_000_000)
        log.tally.add(.returned, country: 0, rows: 1, units: -2, money: -2_000_000)
        let report = ReplayReport(
            plan,
            log,
            ReplayHoldings(plan),
            options,
            planning: .zero,
            driving: .seconds(1),
            verifying: .zero
        )
        #expect(report.exitCode == 1)
    }

    @Test("a file whose lines end in CR is read like any other")
    func carriageReturns() throws {
        let text = ReplayPlanTests.header + "1,A,a,5,2010-12-01 08:26:00,1.00,7,UK\n"
        let table = try RetailTable(Array(text.replacing("\n", with: "\r").utf8))
        #expect(table.rowCount == 1 && table.unreadableRows == 0)
    }

    @Test(
        "with a decimal comma prices and units are read as an import reads them",
        arguments: [
            ("1.002,55", "2", 1_002_550_000, 2), ("-1.002,55", "-1.000", -1_002_550_000, -1000),
            ("1 250", "6,00", 1_250_000_000, 6),
            ("0.250,00", "1", nil, 1), ("1.25", "1", nil, 1), ("12,50", "0.250", 12_500_000, nil),
            ("1,00", "2,5", 1_000_000, nil),
        ] as [(String, String, Int64?, Int64?)]
    )
    func commas(_ price: String, _ quantity: String, _ millionths: Int64?, _ units: Int64?) {
        #expect(RetailText.millionths(Array(price.utf8)[...], mark: .comma) == millionths)
        #expect(RetailText.units(Array(quantity.utf8)[...], mark: .comma) == units)
    }

    @Test("decimal commas are read where they are said to be", arguments: [DecimalMark.point, .comma])
    func decimalCommas(_ mark: DecimalMark) throws {
        let text = ReplayPlanTests.header.replacing(",", with: ";") + "1;A;a;5;2010-12-01 08:26:00;1,25;7;UK\n"
        let table = try RetailTable(SourceStream(Array(text.utf8)), mark: mark)
        #expect(table.unreadableRows == (mark == .comma ? 0 : 1))
        #expect(table.rows.map(\.price) == [mark == .comma ? 1_250_000 : 0])
    }
}
