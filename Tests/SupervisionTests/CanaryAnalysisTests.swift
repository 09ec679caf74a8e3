import TestSupport
import Testing

@testable import Supervision

@Suite("The canary's errors")
struct CanaryAnalysisTests {
    static func requests(_ total: Int, _ errors: Int) -> Heartbeat.Requests {
        Heartbeat.Requests(total: Int64(total), errors: Int64(errors))
    }

    static let tables: [(Int, Int, Int, Int, Double)] = [
        // The lady tasting tea: all four cups, and three of four (Fisher, 1935).
        (4, 4, 0, 4, 0.014_285_714_285_714),
        (3, 4, 1, 4, 0.242_857_142_857_143),
        // Two failures among 100 requests: the chance that both, or at least one, fall on the ten of the canary.
        (2, 10, 0, 90, 0.009_090_909_090_909),
        (1, 10, 1, 90, 0.190_909_090_909_091),
        (0, 10, 5, 90, 1),
        (0, 10, 0, 90, 1),
        (5, 5, 90, 90, 1),
    ]

    @Test("Fisher's exact test gives the sums of the hypergeometric distribution", arguments: tables)
    func fisher(_ failures: Int, _ total: Int, _ otherFailures: Int, _ others: Int, _ expected: Double) {
        let found = FisherExactTest.pValue(
            FisherExactTest.Group(failures: failures, total: total),
            against: FisherExactTest.Group(failures: otherFailures, total: others)
        )
        #expect(abs(found - expected) < 1e-12)
    }

    @Test("it stays a chance, and never rises with more failures, up to millions of requests")
    func large() {
        for total in [100, 10_000, 1_000_000] {
            var last = 1.0
            for failures in stride(from: 0, through: total / 10, by: max(1, total / 500)) {
                let chance = FisherExactTest.pValue(
                    FisherExactTest.Group(failures: failures, total: total),
                    against: FisherExactTest.Group(failures: total / 20, total: total)
                )
                #expect((0...1).contains(chance) && chance <= last + 1e-6)
                last = chance
            }
            #expect(last < (total == 100 ? 0.15 : 1e-9))
        }
    }

    @Test(
        "it is bad above 1 % and above three times the old release, and only if chance does not explain it",
        arguments: [
            (1000, 200, 4000, 4, true),
            // Not more than 1 %.
            (100_000, 900, 100_000, 0, false),
            // Not more than three times as bad as the old release.
            (1000, 100, 4000, 160, false), (1000, 130, 4000, 160, true),
            // Few requests: one failure in ten may be chance, five in ten are not.
            (10, 1, 40, 1, false), (10, 5, 40, 0, true),
            (0, 0, 100, 0, false),
        ]
    )
    func verdicts(_ total: Int, _ errors: Int, _ baseTotal: Int, _ baseErrors: Int, _ isBad: Bool) {
        var analysis = CanaryAnalysis()
        let canary = Self.requests(total, errors)
        let evidence = analysis.look(canary: canary, baseline: Self.requests(baseTotal, baseErrors), isLast: true)
        #expect((evidence != nil) == isBad)
    }

    @Test(
        "neither what was shed nor what its clients did to themselves condemns it, nor makes the old release look good",
        arguments: [
            // In the first case half was shed; in the second half was shed and most of the rest failed.
            (Heartbeat.Requests(total: 1000, errors: 500, shed: 500), requests(1000, 0), false),
            (Heartbeat.Requests(total: 1000, errors: 800, shed: 500), requests(1000, 0), true),
            // Both releases fail one request in ten; one client sends too many requests to the old one, or to the new one.
            (requests(200, 20), Heartbeat.Requests(total: 10_200, errors: 20, ofClients: 10_000), false),
            (
                Heartbeat.Requests(total: 10_200, errors: 100, ofClients: 10_000),
                Heartbeat.Requests(total: 200, errors: 2), true
            ),
            // Every answer was a refusal caused by the client.
            (Heartbeat.Requests(total: 1000, ofClients: 1000), requests(1000, 0), false),
        ]
    )
    func excused(_ canary: Heartbeat.Requests, _ baseline: Heartbeat.Requests, _ isBad: Bool) {
        var analysis = CanaryAnalysis()
        #expect((analysis.look(canary: canary, baseline: baseline, isLast: true) != nil) == isBad)
    }

    @Test("it looks at ten requests, and then whenever they have doubled")
    func looks() {
        var analysis = CanaryAnalysis()
        func isBad(_ total: Int) -> Bool {
            analysis.look(canary: Self.requests(total, total), baseline: Self.requests(1000, 0)) != nil
        }
        #expect([9, 10, 11, 19, 20, 39, 40].map(isBad) == [false, true, false, false, true, false, true])
    }

    @Test("of 400 good releases that fail 2 % like the old one, few are held to be bad")
    func falseAlarms() {
        var generator = SeededGenerator(seed: 11)
        var alarms = 0
        for _ in 0..<400 {
            var analysis = CanaryAnalysis()
            var canary = Self.requests(0, 0)
            var baseline = canary
            for _ in 0..<20 {
                canary.total += 50
                canary.errors += (0..<50).reduce(0) { sum, _ in
                    sum + (Int.random(in: 0..<50, using: &generator) == 0 ? 1 : 0)
                }
                baseline.total += 200
                baseline.errors += 4
                guard analysis.look(canary: canary, baseline: baseline) == nil else {
                    alarms += 1
                    break
                }
            }
        }
        #expect(alarms <= 8)
    }
}
