import Resilience
import TestSupport
import Testing

@Suite("The adaptive limit, window by window")
struct AdaptiveLimitTests {
    /// Feeds a limit one window after another.
    struct Feeder {
        var limit: AdaptiveLimit
        var now = 0

        /// A limit that has learned from a quiet window that work takes 10 ms.
        static func knowing10ms(_ settings: AdaptiveLimit.Settings = AdaptiveLimit.Settings()) -> Feeder {
            var feeder = Feeder(limit: AdaptiveLimit(settings, at: .ms(0)))
            feeder.window(count: 10, took: 10, inFlight: 1)
            return feeder
        }

        /// A window of 100 ms, complete with its last request.
        mutating func window(count: Int, took: Int, inFlight: Int, dropped: Int = 0) {
            now += 99
            record(count: min(dropped, count - 1), took: took, inFlight: inFlight, .dropped)
            record(count: count - dropped - 1, took: took, inFlight: inFlight, .success)
            now += 1
            record(count: 1, took: took, inFlight: inFlight, dropped == count ? .dropped : .success)
        }

        /// Records requests that end now and took `took`.
        mutating func record(count: Int, took: Int, inFlight: Int, _ outcome: AdaptiveLimit.Outcome) {
            for _ in 0..<max(0, count) {
                let start = limit.begin(inFlight: inFlight, at: .ms(now - took))
                limit.end(start, outcome, at: .ms(now))
            }
        }

        /// Starts requests now.
        mutating func begin(count: Int, inFlight: Int) -> [AdaptiveLimit.Start] {
            (0..<count).map { _ in limit.begin(inFlight: inFlight, at: .ms(now)) }
        }

        /// Ends requests now.
        mutating func end(_ starts: some Sequence<AdaptiveLimit.Start>, _ outcome: AdaptiveLimit.Outcome = .success) {
            for start in starts { limit.end(start, outcome, at: .ms(now)) }
        }

        var steady: Int { limit.steadyLimit }
        /// In whole milliseconds.
        var longTerm: Int? { limit.longTermSeconds.map { Int(($0 * 1000).rounded()) } }
        var current: Int { limit.limit(at: .ms(now)) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var windows: [(count: Int, took: Int, inFlight: Int, dropped: Int)]
        var limit: Int
    }

    static let cases = [
        Case(testDescription: "it starts at 20", windows: [], limit: 20),
        Case(
            testDescription: "used and quick, it grows by 0.8",
            windows: .init(repeating: (10, 10, 20, 0), count: 5),
            limit: 24
        ),
        Case(
            testDescription: "a fifth slower is quick enough",
            windows: .init(repeating: (10, 12, 20, 0), count: 5),
            limit: 24
        ),
        Case(
            testDescription: "half of it used is used",
            windows: .init(repeating: (10, 10, 12, 0), count: 5),
            limit: 24
        ),
        Case(testDescription: "less than half is not", windows: .init(repeating: (10, 10, 9, 0), count: 50), limit: 20),
        // 1.2 × 10 ms / 24 ms = 0.5: 20 + 0.2 × (20 × 0.5 + 4 − 20) = 18.8.
        Case(testDescription: "slow, it shrinks", windows: [(10, 24, 20, 0)], limit: 18),
        Case(testDescription: "by no more than that, however slow", windows: [(10, 1000, 20, 0)], limit: 18),
        Case(testDescription: "slow and hardly used, it stays", windows: [(10, 1000, 9, 0)], limit: 20),
        Case(testDescription: "a drop in ten: × 0.9", windows: [(10, 10, 20, 1)], limit: 18),
        Case(testDescription: "many drops of one window: × 0.9 once", windows: [(10, 10, 20, 10)], limit: 18),
        Case(testDescription: "drops count though hardly any of it is used", windows: [(10, 10, 1, 1)], limit: 18),
        Case(
            testDescription: "a drop in thirty is not too many",
            windows: .init(repeating: (30, 10, 20, 1), count: 5),
            limit: 24
        ),
        Case(
            testDescription: "quick failures do not make it grow",
            windows: .init(repeating: (20, 1, 20, 20), count: 100),
            limit: 4
        ),
    ]

    @Test("how windows move it", arguments: cases)
    func table(_ example: Case) {
        var feeder = Feeder.knowing10ms()
        for window in example.windows {
            feeder.window(count: window.count, took: window.took, inFlight: window.inFlight, dropped: window.dropped)
        }
        #expect(feeder.steady == example.limit, "\(example.testDescription)")
    }

    @Test("slower by nature, it grows within its objective, is not probed there, and shrinks beyond")
    func objective() {
        var feeder = Feeder.knowing10ms(AdaptiveLimit.Settings(objective: .milliseconds(100)))
        for _ in 0..<5 { feeder.window(count: 10, took: 95, inFlight: 24) }
        #expect(feeder.steady == 24)
        for _ in 0..<300 {
            feeder.window(count: 10, took: 95, inFlight: 200)
            #expect(feeder.current == feeder.steady)
        }
        #expect(feeder.steady == 200)
        // 100 ms / 200 ms = 0.5: 200 + 0.2 × (200 × 0.5 + 4 − 200) = 180.8.
        feeder.window(count: 10, took: 200, inFlight: 200)
        #expect(feeder.steady == 180)
    }

    @Test("slower than its objective it comes down to what is in flight, however high it was")
    func comesDown() {
        let settings = AdaptiveLimit.Settings(initial: 10_000, most: 10_000, objective: .milliseconds(100))
        var feeder = Feeder.knowing10ms(settings)
        feeder.window(count: 10, took: 95, inFlight: 500)
        #expect(feeder.steady == 10_000)
        // 100 ms / 200 ms = 0.5: 500 + 0.2 × (500 × 0.5 + 4 − 500) = 450.8.
        feeder.window(count: 10, took: 200, inFlight: 500)
        #expect(feeder.steady == 450)
    }

    @Test("a server that only times out gets less and less, down to the least, never more")
    func timeouts() {
        var feeder = Feeder.knowing10ms()
        var last = feeder.steady
        for _ in 0..<200 {
            feeder.window(count: 20, took: 1000, inFlight: last, dropped: 20)
            #expect(feeder.steady <= last)
            last = feeder.steady
        }
        #expect(last == 4)
    }

    @Test("a window needs ten pieces of work and a tenth of a second")
    func windows() {
        var feeder = Feeder.knowing10ms()
        feeder.now += 99
        feeder.record(count: 100, took: 10, inFlight: 20, .success)
        #expect(feeder.longTerm == 10)
        #expect(feeder.steady == 20)
        feeder.now += 1
        feeder.record(count: 1, took: 10, inFlight: 20, .success)
        feeder.now += 10_000
        feeder.record(count: 9, took: 1000, inFlight: 20, .success)
        #expect(feeder.steady == 20)
        feeder.record(count: 1, took: 1000, inFlight: 20, .success)
        #expect(feeder.steady == 19)
    }

    @Test("work of which nothing was learnt does not count")
    func ignored() {
        var feeder = Feeder.knowing10ms()
        feeder.now += 100
        feeder.record(count: 1000, took: 5000, inFlight: 20, .ignored)
        feeder.record(count: 9, took: 10, inFlight: 20, .success)
        #expect(feeder.steady == 20)
        for _ in 0..<5 { feeder.record(count: 10, took: 10, inFlight: 20, .success) }
        #expect(feeder.steady == 20)
    }

    @Test(
        "without load the long-term time follows both ways; under load hardly at all",
        arguments: [(1, 93, 17), (100, 17, 17)]
    )
    func longTerm(_ inFlight: Int, _ slow: Int, _ quick: Int) {
        var feeder = Feeder.knowing10ms()
        for _ in 0..<50 { feeder.window(count: 10, took: 100, inFlight: inFlight) }
        #expect(feeder.longTerm == slow)
        for _ in 0..<49 { feeder.window(count: 10, took: 10, inFlight: inFlight) }
        #expect(feeder.longTerm == quick)
    }

    @Test(
        "whatever it is told, it stays within its bounds, half of it is left by a probe, and no probe is longer than its bound",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let settings = AdaptiveLimit.Settings(least: 3, initial: 30, most: 60, window: .milliseconds(20))
        var limit = AdaptiveLimit(settings, at: .ms(0))
        var now = 0
        var underWay: [AdaptiveLimit.Start] = []
        var probing: Int?
        var probes = 0
        for _ in 0..<50_000 {
            now += Int.random(in: 0...500, using: &generator) == 0 ? 1000 : Int.random(in: 0...9, using: &generator)
            if underWay.count < 80, Bool.random(using: &generator) {
                underWay.append(limit.begin(inFlight: underWay.count + 1, at: .ms(now)))
            } else if let index = underWay.indices.randomElement(using: &generator) {
                let isCalm = (now / 20_000).isMultiple(of: 2)
                let outcomes: [AdaptiveLimit.Outcome] = isCalm ? [.success] : [.success, .success, .ignored, .dropped]
                limit.end(
                    underWay.remove(at: index),
                    outcomes.randomElement(using: &generator) ?? .success,
                    at: .ms(now)
                )
            }
            #expect((3...60).contains(limit.limit(at: .ms(now))), "seed \(seed)")
            #expect(limit.limit(at: .ms(now)) >= max(3, limit.steadyLimit / 2), "seed \(seed)")
            if limit.isProbing(at: .ms(now)) {
                if probing == nil { probes += 1 }
                probing = probing ?? now
                #expect(now - (probing ?? now) < 2000, "seed \(seed)")
            } else {
                probing = nil
            }
        }
        #expect(probes > 2, "seed \(seed)")
    }
}
