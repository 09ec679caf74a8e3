import TestSupport
import Testing

@testable import Availability

@Suite("Outcomes")
struct OutcomeTests {
    @Test("an answer is good up to the objective of its class, and bad beyond it")
    func latency() {
        #expect(Outcome(.answered, took: .milliseconds(500), in: .interactive) == .good)
        #expect(Outcome(.answered, took: .milliseconds(501), in: .interactive) == .bad)
        #expect(Outcome(.answered, took: .milliseconds(501), in: .transaction) == .good)
        #expect(Outcome(.answered, took: .milliseconds(2001), in: .transaction) == .bad)
    }

    @Test("every ending counts as one thing, however fast it came", arguments: RequestEnding.allCases)
    func endings(_ ending: RequestEnding) {
        let excluded: Set<RequestEnding> = [.clientFault, .overQuota, .attack, .synthetic]
        let expected: Outcome = ending == .answered ? .good : excluded.contains(ending) ? .excluded : .bad
        #expect(Outcome(ending, took: .milliseconds(1), in: .interactive) == expected)
    }

    @Test(
        "a bucket is down by half of twenty requests or by two failed probes, degraded by one in a hundred",
        arguments: [
            (0, 0, 0, BucketCondition.up), (10, 10, 0, .down), (11, 9, 0, .degraded), (99, 1, 0, .degraded),
            (100, 1, 0, .up), (198, 2, 0, .degraded), (199, 2, 0, .up), (1000, 1, 0, .up),
            // Few requests: their ratio does not show that the service is down, so the prober decides.
            (0, 19, 0, .degraded), (0, 0, 1, .up), (0, 0, 2, .down), (19, 0, 2, .down), (18, 1, 2, .down),
            // Enough requests: their results count, whatever the prober reports.
            (20, 0, 5, .up),
        ]
    )
    func condition(_ good: Int64, _ bad: Int64, _ failures: Int, _ expected: BucketCondition) {
        let probes = ProbeTally(passed: 0, failed: Int64(failures), longestFailure: failures)
        let bucket = OutcomeBucket(at: Timestamp(seconds: 0), key: "api", good: good, bad: bad, probes: probes)
        #expect(bucket.condition == expected)
    }

    @Test("a prober's run of failures goes on across buckets and ends with a success")
    func probes() {
        var run = ProbeRun()
        var first = OutcomeBucket(at: Timestamp(seconds: 0), key: "api")
        var second = OutcomeBucket(at: Timestamp(seconds: 10), key: "api")
        var third = OutcomeBucket(at: Timestamp(seconds: 20), key: "api")
        first.record(run.record(hasPassed: true))
        first.record(run.record(hasPassed: false))
        second.record(run.record(hasPassed: false))
        third.record(run.record(hasPassed: true))
        third.record(run.record(hasPassed: false))
        #expect([first, second, third].map(\.condition) == [.up, .down, .up])
        #expect(second.probes == ProbeTally(passed: 0, failed: 1, longestFailure: 2))
        #expect(third.probes == ProbeTally(passed: 1, failed: 1, longestFailure: 1))
    }

    @Test("two probers that each fail once are not one that fails twice")
    func vantagePoints() {
        var bucket = OutcomeBucket(at: Timestamp(seconds: 0), key: "api")
        for _ in 0..<2 {
            var run = ProbeRun()
            var other = OutcomeBucket(at: Timestamp(seconds: 0), key: "api")
            other.record(run.record(hasPassed: false))
            bucket.merge(other)
        }
        #expect(bucket.probes.failed == 2)
        #expect(bucket.condition == .up)
    }

    @Test(
        "a bucket begins at a whole ten seconds, before 1970 too",
        arguments: [(0, 0), (9_999, 0), (10_000, 10_000), (-1, -10_000), (-10_000, -10_000), (-10_001, -20_000)]
    )
    func starts(_ moment: Int64, _ start: Int64) {
        #expect(OutcomeBucket(at: Timestamp(milliseconds: moment), key: "").start.milliseconds == start)
    }

    @Test("merging buckets is associative and knows no order", arguments: 1...5 as ClosedRange<UInt64>)
    func merging(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func bucket() -> OutcomeBucket {
            let failed = Int64.random(in: 0...5, using: &generator)
            return OutcomeBucket(
                at: Timestamp(seconds: 70),
                key: "api",
                good: .random(in: 0...100, using: &generator),
                bad: .random(in: 0...100, using: &generator),
                excluded: .random(in: 0...100, using: &generator),
                probes: ProbeTally(
                    passed: .random(in: 0...5, using: &generator),
                    failed: failed,
                    longestFailure: .random(in: 0...9, using: &generator)
                )
            )
        }
        func merged(_ left: OutcomeBucket, _ right: OutcomeBucket) -> OutcomeBucket {
            var sum = left
            sum.merge(right)
            return sum
        }
        for _ in 0..<50 {
            let (a, b, c) = (bucket(), bucket(), bucket())
            #expect(merged(merged(a, b), c) == merged(a, merged(b, c)))
            #expect(merged(a, b) == merged(b, a))
            #expect(merged(a, OutcomeBucket(at: a.start, key: "api")) == a)
        }
    }
}
