import Testing

@testable import Availability

@Suite("Error budgets")
struct ErrorBudgetTests {
    /// Columns: objective, its budget in seconds for 30 days and for a year, budget left after outages of 5, 11, 29 and 60 s in
    /// 30 days, seconds until the first page.
    private static let objectives: [(Double, Double, Double, [Double], Double)] = [
        (0.999, 2592, 31_557.6, [518.4, 235.6, 89.4, 43.2], 51.84),
        (0.9995, 1296, 15_778.8, [259.2, 117.8, 44.7, 21.6], 25.92),
        (0.9999, 259.2, 3155.76, [51.84, 23.56, 8.94, 4.32], 5.184),
        (0.99995, 129.6, 1577.88, [25.92, 11.78, 4.47, 2.16], 2.592),
        (0.99999, 25.92, 315.576, [5.184, 2.356, 0.894, 0.432], 0.5184),
    ]

    @Test(
        "an objective allows so many seconds, so many failovers, and so long until the fastest rule fires",
        arguments: objectives
    )
    func table(_ objective: Double, _ month: Double, _ year: Double, _ outages: [Double], _ page: Double) {
        let budget = ErrorBudget(objective: objective)
        #expect(DistributionTests.agree(budget.seconds, month, to: 1e-9))
        let yearly = ErrorBudget(objective: objective, windowSeconds: ErrorBudget.year)
        #expect(DistributionTests.agree(yearly.seconds, year, to: 1e-9))
        for (recovery, count) in zip([5.0, 11, 29, 60], outages) {
            #expect(DistributionTests.agree(budget.outages(ofSeconds: recovery), count, to: 1e-3))
        }
        #expect(DistributionTests.agree(budget.secondsOfOutage(until: BurnRateRule.standard[0]), page, to: 1e-9))
    }

    @Test("what is left of a budget goes below zero once it is overdrawn")
    func remaining() throws {
        let budget = ErrorBudget(objective: 0.999)
        #expect(abs(try #require(budget.remaining(bad: 5, of: 10_000)) - 0.5) < 1e-9)
        #expect(abs(try #require(budget.remaining(bad: 30, of: 10_000)) + 2) < 1e-9)
        #expect(budget.remaining(bad: 0, of: 0) == nil)
        #expect(abs(budget.remaining(downSeconds: 648) - 0.75) < 1e-9)
        #expect(abs(try #require(budget.burnRate(bad: 144, of: 10_000)) - 14.4) < 1e-9)
    }

    /// A series of buckets of `requests` requests each, with these numbers of bad requests, oldest bucket first.
    private static func series(_ bad: [Int64], requests: Int64 = 100) -> OutcomeSeries {
        let parts = bad.enumerated().map { place, bad in
            OutcomeBucket(at: Timestamp(seconds: Int64(place) * 10), key: "api", good: requests - bad, bad: bad)
        }
        return OutcomeSeries(parts, key: "api", window: .seconds(0, Int64(bad.count) * 10))
    }

    @Test("a rule fires only while both its windows burn")
    func rules() {
        let budget = ErrorBudget(objective: 0.999)
        // Two per cent bad burn 20 times too fast.
        let burning = Self.series(Array(repeating: 2, count: 360))
        #expect(BurnRateAlert.firing(burning, budget: budget).count == 4)
        // A burn that ended ten minutes ago no longer pages: it has left the short window of the fastest rule.
        let over = Self.series(Array(repeating: 2, count: 300) + Array(repeating: 0, count: 60))
        let firing = BurnRateAlert.firing(over, budget: budget)
        #expect(!firing.contains { if case .burning(let rule, _, _) = $0 { rule.longSeconds == 3600 } else { false } })
        // A burn that has just begun has not spent enough of the budget.
        let young = Self.series(Array(repeating: 0, count: 350) + Array(repeating: 2, count: 10))
        #expect(
            !BurnRateAlert.firing(young, budget: budget).contains {
                if case .burning(let rule, _, _) = $0 { rule.longSeconds == 3600 } else { false }
            }
        )
    }

    @Test("a few unlucky requests wake nobody, however high the rate")
    func lowTraffic() {
        let budget = ErrorBudget(objective: 0.9999)
        let nine = Self.series(Array(repeating: 0, count: 351) + Array(repeating: 1, count: 9), requests: 1)
        #expect(BurnRateAlert.firing(nine, budget: budget).isEmpty)
        let ten = Self.series(Array(repeating: 0, count: 350) + Array(repeating: 1, count: 10), requests: 1)
        #expect(BurnRateAlert.firing(ten, budget: budget).count == 4)
    }

    @Test("half of twenty requests in ten seconds fire at once; so do three failed probes")
    func instant() {
        let budget = ErrorBudget(objective: 0.999)
        #expect(BurnRateAlert.firing(Self.series([0, 10], requests: 20), budget: budget).first == .outage)
        #expect(BurnRateAlert.firing(Self.series([0, 9], requests: 20), budget: budget).first != .outage)
        #expect(BurnRateAlert.firing(Self.series([0, 19], requests: 19), budget: budget).first != .outage)
        for (failures, fires) in [(2, false), (3, true)] {
            let probes = ProbeTally(passed: 0, failed: 3, longestFailure: failures)
            let bucket = OutcomeBucket(at: Timestamp(seconds: 0), key: "api", probes: probes)
            let series = OutcomeSeries([bucket], key: "api", window: .seconds(0, 10))
            #expect(BurnRateAlert.firing(series, budget: budget).contains(.unreachable) == fires)
        }
    }

    @Test("a prediction is one minus the loss of each kind of fault, and as wide as all of them together")
    func prediction() throws {
        let losses = [
            PredictedLoss(FaultPrior("a", perYear: 52), badSeconds: Estimate(2, Interval(lower: 1, upper: 4))),
            PredictedLoss(FaultPrior("b", perYear: 2), badSeconds: Estimate(30, Interval(lower: 20, upper: 60))),
        ]
        let predicted = PredictedAvailability(losses).availability
        #expect(DistributionTests.agree(1 - (try #require(predicted.value)), 164 / 31_557_600, to: 1e-9))
        #expect(DistributionTests.agree(1 - (try #require(predicted.lower)), 328 / 31_557_600, to: 1e-9))
        #expect(DistributionTests.agree(1 - (try #require(predicted.upper)), 92 / 31_557_600, to: 1e-9))
        let unbounded = PredictedAvailability(
            losses + [PredictedLoss(FaultPrior("c", perYear: 1), badSeconds: Estimate(1))]
        )
        #expect(unbounded.availability.value != nil)
        #expect(unbounded.availability.lower == nil)
        #expect(PredictedAvailability([]).availability.value == 1)
    }
}
