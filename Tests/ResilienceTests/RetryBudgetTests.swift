import Resilience
import TestSupport
import Testing

@Suite("Retry budgets")
struct RetryBudgetTests {
    /// How many retries the budget grants before it is spent.
    static func spend(_ budget: inout RetryBudget, at now: ContinuousClock.Instant) -> Int {
        var count = 0
        while budget.retry(at: now) { count += 1 }
        return count
    }

    @Test(
        "what can be retried comes from requests and from time, and no more than the burst is saved up",
        arguments: [
            (0, 0, 0), (3, 0, 0), (4, 0, 1), (7, 0, 1), (20, 0, 5), (40, 0, 10), (1000, 0, 10), (0, 999, 0),
            (0, 1000, 1),
            (0, 3500, 3), (0, 60_000, 10), (8, 2000, 4), (2, 500, 1),
        ]
    )
    func sources(_ requests: Int, _ milliseconds: Int, _ retries: Int) {
        // A quarter of the requests, so that the sums are exact.
        var budget = RetryBudget(RetryBudget.Settings(percent: 25, minimumPerSecond: 1, burst: 10), at: .ms(0))
        #expect(Self.spend(&budget, at: .ms(0)) == 10)
        for _ in 0..<requests { budget.request(at: .ms(0)) }
        #expect(Self.spend(&budget, at: .ms(milliseconds)) == retries)
    }

    @Test("the counters tell requests, retries and refusals")
    func counters() {
        var budget = RetryBudget(RetryBudget.Settings(burst: 2), at: .ms(0))
        for _ in 0..<4 { budget.request(at: .ms(0)) }
        #expect(Self.spend(&budget, at: .ms(0)) == 2)
        #expect(budget.counters.requests == 4)
        #expect(budget.counters.retries == 2)
        #expect(budget.counters.refused == 1)
    }

    @Test(
        "over no stretch of time are retries more than burst, share of the requests and minimum together",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func bound(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let settings = RetryBudget.Settings(
            percent: .random(in: 0...50, using: &generator),
            minimumPerSecond: .random(in: 0...3, using: &generator),
            burst: .random(in: 1...20, using: &generator)
        )
        var budget = RetryBudget(settings, at: .ms(0))
        var now = 0
        // The largest lead of retries over what was earned; it may never exceed the burst.
        var lowest = 0.0
        for _ in 0..<20_000 {
            now += Int.random(in: 0...20, using: &generator)
            if Bool.random(using: &generator) {
                budget.request(at: .ms(now))
            } else {
                _ = budget.retry(at: .ms(now))
            }
            let counters = budget.counters
            let earned =
                Double(settings.percent * counters.requests) / 100
                + Double(settings.minimumPerSecond * now) / 1000
            let ahead = Double(counters.retries) - earned
            lowest = min(lowest, ahead)
            #expect(ahead - lowest <= Double(settings.burst) + 1e-6, "seed \(seed)")
        }
        #expect(budget.counters.refused > 1000, "seed \(seed): a budget that refuses nothing shows nothing")
    }

    @Test("when everything fails, retries add the share to the load and nothing like a multiple of it")
    func storm() {
        var budget = RetryBudget(at: .ms(0))
        for now in 0..<60_000 {
            budget.request(at: .ms(now))
            for _ in 0..<3 where budget.retry(at: .ms(now)) {}
        }
        // 10 at the start, a tenth of 60,000 requests, and one per second.
        #expect((6060...6070).contains(budget.counters.retries), "\(budget.counters)")
    }

    @Test("shared, it counts what all tasks ask")
    func shared() async {
        let clock = ManualClock()
        let budget = SharedRetryBudget(
            RetryBudget.Settings(percent: 0, minimumPerSecond: 1, burst: 5),
            time: clock.time
        )
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { budget.retry() } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(allowed == 5)
        clock.advance(by: .seconds(1))
        budget.request()
        #expect(budget.retry())
        #expect(!budget.retry())
        #expect(budget.counters.requests == 1)
    }
}
