import Supervision
import TestSupport
import Testing

@Suite("The autoscaler")
struct AutoscalerTests {
    /// A metric for which every replica shows the same value.
    static func metric(_ value: Double, target: Double = 60, of count: Int, name: String = "cpu") -> ScalingMetric {
        ScalingMetric(name: name, target: target, readings: Array(repeating: .value(value), count: count))
    }

    /// Decides every 15 s while `load`, in percent of one replica, is spread evenly; returns the decided numbers.
    static func run(
        _ scaler: inout Autoscaler,
        from current: inout Int,
        seconds: Range<Int>,
        load: (Int) -> Double
    ) -> [Int] {
        stride(from: seconds.lowerBound, to: seconds.upperBound, by: 15).map { second in
            let metric = metric(load(second) / Double(current), of: current)
            current = scaler.decide(current: current, metrics: [metric], at: .s(second)).replicas
            return current
        }
    }

    @Test("a step from 10 % to 300 % scales out at once, and back five minutes after the load was last seen")
    func step() {
        var scaler = Autoscaler(Autoscaler.Settings(replicas: 1...8))
        var current = 1
        #expect(Self.run(&scaler, from: &current, seconds: 0..<600, load: { _ in 10 }).allSatisfy { $0 == 1 })
        // 300 % at a target of 60 % need five replicas, of which four may be added at once.
        let out = Self.run(&scaler, from: &current, seconds: 600..<1200, load: { _ in 300 })
        #expect(out.first == 5)
        #expect(out.allSatisfy { $0 == 5 })
        let back = Self.run(&scaler, from: &current, seconds: 1200..<1800, load: { _ in 10 })
        #expect(back.firstIndex { $0 < 5 }.map { $0 * 15 } == 285)
        #expect(back.last == 1)
    }

    @Test(
        "a noisy load moves the number up at most, never to and fro",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func noise(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var scaler = Autoscaler(Autoscaler.Settings(replicas: 1...20))
        var current = 4
        let numbers = Self.run(&scaler, from: &current, seconds: 0..<7200) { _ in
            240 * .random(in: 0.6...1.4, using: &generator)
        }
        let settled = numbers.dropFirst(20)
        let changes = zip(settled, settled.dropFirst()).filter { $0 != $1 }.map { $1 - $0 }
        // Two hours hold 24 windows, and only the highest peak of a window changes the number.
        #expect(changes.count <= 12, "seed \(seed): \(changes)")
        #expect(numbers.allSatisfy { (3...7).contains($0) }, "seed \(seed)")
    }

    @Test(
        "whatever the metrics say, nothing goes down within five minutes of having been asked for, or out of bounds",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func noFlapping(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var scaler = Autoscaler(Autoscaler.Settings(replicas: 2...12))
        var current = 3
        var proposals: [(second: Int, replicas: Int)] = []
        var downs = 0
        var scale = 1.0
        for second in stride(from: 0, to: 36_000, by: 15) {
            // Long quiet periods, so that it also scales down.
            if second % 900 == 0 { scale = Double.random(in: 0.05...3, using: &generator) }
            let metric = Self.metric(60 * scale * .random(in: 0.9...1.1, using: &generator), of: current)
            let decision = scaler.decide(current: current, metrics: [metric], at: .s(second))
            if let proposed = decision.proposed { proposals.append((second, proposed)) }
            proposals.removeAll { $0.second <= second - 300 }
            #expect((2...12).contains(decision.replicas))
            if decision.replicas < current {
                downs += 1
                let highest = proposals.map(\.replicas).max() ?? 0
                #expect(decision.replicas >= min(highest, 12), "seed \(seed)")
            }
            current = decision.replicas
        }
        // A run that never scales down would show nothing.
        #expect(downs > 0, "seed \(seed)")
    }

    @Test("of several metrics the largest counts; one that says nothing stops the way down but not the way up")
    func several() {
        func decide(_ metrics: [ScalingMetric]) -> Autoscaler.Decision {
            var scaler = Autoscaler(
                Autoscaler.Settings(
                    replicas: 1...20,
                    down: ScalingRules(stabilisationWindow: .zero, policies: ScalingRules.scaleDown.policies)
                )
            )
            return scaler.decide(current: 4, metrics: metrics, at: .s(0))
        }
        let silent = ScalingMetric(name: "lag", target: 1, readings: [.missing])
        let both = decide([Self.metric(30, of: 4), Self.metric(90, of: 4, name: "in-flight")])
        #expect(both.replicas == 6)
        #expect(both.metric == "in-flight")
        #expect(both.reason == .metric)
        #expect(decide([Self.metric(90, of: 4), silent]).replicas == 6)
        #expect(decide([Self.metric(15, of: 4), silent]).replicas == 4)
        #expect(decide([Self.metric(15, of: 4), silent]).reason == .noMetric)
        #expect(decide([]).reason == .noMetric)
        #expect(decide([Self.metric(15, of: 4)]).replicas == 1)
    }

    @Test("after a start nothing goes down for five minutes, and up at once")
    func start() {
        var down = Autoscaler(Autoscaler.Settings(replicas: 1...20))
        for second in stride(from: 0, to: 300, by: 15) {
            let decision = down.decide(current: 4, metrics: [Self.metric(15, of: 4)], at: .s(second))
            #expect(decision.replicas == 4)
            #expect(decision.reason == .stabilised)
        }
        #expect(down.decide(current: 4, metrics: [Self.metric(15, of: 4)], at: .s(300)).replicas == 1)
        var up = Autoscaler(Autoscaler.Settings(replicas: 1...20))
        #expect(up.decide(current: 4, metrics: [Self.metric(90, of: 4)], at: .s(0)).replicas == 6)
    }

    /// The numbers between two targets, with a decision every 60 s.
    static func way(from start: Int, to end: Int, up: ScalingRules, down: ScalingRules, rounds: Int) -> [Int] {
        var scaler = Autoscaler(Autoscaler.Settings(replicas: 1...1000, up: up, down: down))
        var current = start
        // Skips the first decision, whose history holds the current number.
        _ = scaler.decide(current: current, metrics: [metric(60, of: current)], at: .s(0))
        return (1...rounds).map { round in
            let metric = metric(60 * Double(end) / Double(current), of: current)
            current = scaler.decide(current: current, metrics: [metric], at: .s(round * 60)).replicas
            return current
        }
    }

    @Test("the documentation's example: 10 % or 4 replicas a minute, whichever is more, and the other choices")
    func policies() {
        func down(_ select: ScalingRules.Select) -> ScalingRules {
            ScalingRules(
                stabilisationWindow: .zero,
                policies: [
                    ScalingRules.Policy(.replicas(4), per: .seconds(60)),
                    ScalingRules.Policy(.percent(10), per: .seconds(60)),
                ],
                select: select
            )
        }
        let max = Self.way(from: 80, to: 10, up: .scaleUp, down: down(.max), rounds: 20)
        // 72: 10 % are 7.2, rounded up to 8. Below 40, four.
        #expect(max == [72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16, 12, 10, 10, 10, 10, 10, 10, 10])
        let min = Self.way(from: 80, to: 10, up: .scaleUp, down: down(.min), rounds: 3)
        #expect(min == [76, 72, 68])
        #expect(Self.way(from: 80, to: 10, up: .scaleUp, down: down(.disabled), rounds: 3) == [80, 80, 80])
        let up = ScalingRules(stabilisationWindow: .zero, policies: ScalingRules.scaleUp.policies)
        #expect(Self.way(from: 1, to: 100, up: up, down: .scaleDown, rounds: 6) == [5, 10, 20, 40, 80, 100])
    }

    @Test("changes within a policy's period are added up")
    func period() {
        let up = ScalingRules(
            stabilisationWindow: .zero,
            policies: [ScalingRules.Policy(.replicas(2), per: .seconds(60))]
        )
        var scaler = Autoscaler(Autoscaler.Settings(replicas: 1...20, up: up))
        var current = 2
        let numbers = (0..<10).map { round in
            let metric = Self.metric(600, of: current)
            current = scaler.decide(current: current, metrics: [metric], at: .s(round * 15)).replicas
            return current
        }
        #expect(numbers == [4, 4, 4, 4, 6, 6, 6, 6, 8, 8])
    }

    @Test("a number outside the bounds is brought within them, whatever the metrics say", arguments: [(1, 2), (30, 8)])
    func bounds(_ current: Int, _ expected: Int) {
        var scaler = Autoscaler()
        let decision = scaler.decide(current: current, metrics: [], at: .s(0))
        #expect(decision.replicas == expected)
        #expect(decision.reason == .bounds)
    }
}
