import Resilience
import TestSupport
import Testing

@Suite("The circuit breaker, whatever happens")
struct CircuitBreakerRandomTests {
    static let longestTrial = Duration.seconds(10)

    @Test(
        "is never half-open beyond the bound, never lets more than three through meanwhile, and always recovers",
        arguments: 1...12 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) {
        var walk = Walk(seed: seed)
        for _ in 0..<5000 { walk.step() }
        // A walk without trial calls would show nothing.
        #expect(walk.trials > 20, "seed \(seed)")
        #expect(walk.breaker.counters.abandoned > 0, "seed \(seed)")
        // Whatever leaked before, the breaker is open for at most a minute and a trial takes at most ten seconds. The second
        // round is for a breaker that was closed and whose twentieth call comes now.
        for _ in 0..<2 {
            walk.now += 70_000
            for _ in 0..<3 {
                guard let permit = try? walk.breaker.permit(at: .ms(walk.now)) else { break }
                walk.breaker.finish(permit, .success, at: .ms(walk.now))
            }
        }
        #expect(walk.breaker.state(at: .ms(walk.now)) == .closed, "seed \(seed)")
    }

    /// Random calls that begin, end, fail, take long and leak.
    private struct Walk {
        var breaker = CircuitBreaker()
        var now = 0
        var trials = 0
        private let seed: UInt64
        private var generator: SeededGenerator
        private var permits: [CircuitBreaker.Permit] = []
        private var trialSince: ContinuousClock.Instant?
        private var begunInTrial = 0

        init(seed: UInt64) {
            self.seed = seed
            generator = SeededGenerator(seed: seed)
        }

        mutating func step() {
            now += Int.random(in: 0...10, using: &generator) == 0 ? Int.random(in: 0...30_000, using: &generator) : 50
            look()
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5:
                if let permit = try? breaker.permit(at: .ms(now)) {
                    look()
                    if trialSince != nil { begunInTrial += 1 }
                    permits.append(permit)
                }
            case 5..<9:
                guard let index = permits.indices.randomElement(using: &generator) else { return }
                let outcome = [CircuitBreaker.Outcome.success, .success, .failure].randomElement(using: &generator)
                breaker.finish(permits.remove(at: index), outcome ?? .failure, at: .ms(now))
            default:
                // The caller dies without reporting an outcome.
                if !permits.isEmpty { permits.removeFirst() }
            }
            look()
            #expect(begunInTrial <= 3, "seed \(seed)")
        }

        /// Reads the state, as metrics do.
        private mutating func look() {
            guard case .halfOpen(let until) = breaker.state(at: .ms(now)) else {
                trialSince = nil
                begunInTrial = 0
                return
            }
            let since = until - CircuitBreakerRandomTests.longestTrial
            if since != trialSince {
                trials += 1
                begunInTrial = 0
            }
            trialSince = since
            #expect(.ms(now) >= since && .ms(now) < until, "seed \(seed)")
            if case .halfOpen = breaker.state(at: until) { Issue.record("seed \(seed): half-open beyond the bound") }
        }
    }
}
