import Foundation
import Testing

@testable import Exchange
@testable import ForeignFiles

@Suite("Replay of a real day")
struct ReplaySampleTests {
    private static var day: ReplayOptions { ReplayOptions(path: path, url: "", key: nil) }

    private static var path: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Samples/orders-2010-12-01.csv.gz").path
    }

    @Test("every row of a real day is planned, to the penny")
    func day() throws {
        let plan = try Replay.plan(Self.day)
        #expect(plan.table.rowCount == 3108)
        #expect(plan.accounted == 3108)
        #expect(plan.unaccounted == 0)
        #expect(ExactDecimal.format(plan.net) == "58635.56")
        #expect(plan.orders.count == 127)
        #expect(plan.source.total(.returned).rows + plan.source.total(.credit).rows == 26)
        #expect(plan.exceptions.isEmpty)
    }

    @Test("what the plan asks for adds up to what the rows say")
    func sums() throws {
        let plan = try Replay.plan(Self.day)
        let holdings = ReplayHoldings(plan)
        let net = holdings.orders.money - holdings.returns.money - holdings.credits.money + holdings.adjustments.money
        #expect(net * RetailBounds.millionthsInMinor == plan.net)
        #expect(holdings.lines == plan.source.total(.sale).rows)
        for line in plan.lines { #expect(line.returned <= line.quantity) }
    }

    @Test("a file that is missing or damaged is refused with its name")
    func unreadable() {
        #expect(throws: ReplayError.self) {
            try Replay.plan(ReplayOptions(path: "/nowhere/at-all.csv", url: "", key: nil))
        }
    }
}
