import JSON
import Testing

@testable import Operations

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
        #expect(report.text.contains("RECONCILED: 3 rows accounted for, net 3.001 GBP"))
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

    @Test("decimal commas are read where they are said to be", arguments: [DecimalMark.point, .comma])
    func decimalCommas(_ mark: DecimalMark) throws {
        let text = ReplayPlanTests.header.replacing(",", with: ";") + "1;A;a;5;2010-12-01 08:26:00;1,25;7;UK\n"
        let table = try RetailTable(SourceStream(Array(text.utf8)), mark: mark)
        #expect(table.unreadableRows == (mark == .comma ? 0 : 1))
        #expect(table.rows.map(\.price) == [mark == .comma ? 1_250_000 : 0])
    }
}
