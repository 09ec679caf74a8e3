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
}
