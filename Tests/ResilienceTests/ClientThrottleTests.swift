import Resilience
import TestSupport
import Testing

@Suite("Client-side throttling")
struct ClientThrottleTests {
    static let most = 1.0.nextDown

    @Test(
        "the probability is (requests − 2 × accepts) / (requests + 1), and never below 0",
        arguments: [(0, 0, 0.0), (1, 0, 0.5), (9, 0, 0.9), (10, 5, 0.0), (10, 10, 0.0), (99, 0, 0.99), (19, 4, 0.55)]
    )
    func formula(_ requests: Int, _ accepts: Int, _ probability: Double) {
        var throttle = ClientThrottle(at: .ms(0))
        for _ in 0..<requests { _ = throttle.request(random: Self.most, at: .ms(0)) }
        for _ in 0..<accepts { throttle.accept(at: .ms(0)) }
        #expect(abs(throttle.probability(at: .ms(0)) - probability) < 1e-12)
    }

    @Test("a request is held back when the number drawn is below the probability, and counts all the same")
    func drawn() {
        var throttle = ClientThrottle(at: .ms(0))
        // The probabilities are 0, 1/2, 2/3 and 3/4.
        let sent = [0, 0.49, 0.66, 0.76].map { throttle.request(random: $0, at: .ms(0)) }
        #expect(sent == [true, false, false, true])
        #expect(throttle.heldBack == 2)
    }

    @Test(
        "what is older than the window is forgotten, slice by slice",
        arguments: [(0, 0.9), (115_000, 0.9), (120_000, 0.0), (10_000_000, 0.0)]
    )
    func forgets(_ now: Int, _ probability: Double) {
        var throttle = ClientThrottle(at: .ms(0))
        for _ in 0..<9 { _ = throttle.request(random: Self.most, at: .ms(0)) }
        #expect(throttle.probability(at: .ms(now)) == probability)
        // Slices go on after any gap.
        _ = throttle.request(random: Self.most, at: .ms(now))
        #expect(throttle.probability(at: .ms(now + 10)) == (probability == 0 ? 0.5 : 10.0 / 11))
        #expect(throttle.probability(at: .ms(now + 125_000)) == 0)
    }

    @Test("a server that takes 100 a second of 1000 is sent about twice that, and soon everything once it takes all")
    func overload() {
        var generator = SeededGenerator(seed: 3)
        var throttle = ClientThrottle(at: .ms(0))
        /// Sends 1000 requests a second; gives how many were sent in the last ten seconds.
        func run(_ seconds: Range<Int>, takes capacity: Int) -> Int {
            var sent = 0
            for second in seconds {
                var taken = 0
                for now in second * 1000..<(second + 1) * 1000 {
                    let random = Double.random(in: 0..<1, using: &generator)
                    guard throttle.request(random: random, at: .ms(now)) else { continue }
                    if second >= seconds.upperBound - 10 { sent += 1 }
                    if taken < capacity {
                        taken += 1
                        throttle.accept(at: .ms(now))
                    }
                }
            }
            return sent
        }
        let healthy = run(0..<130, takes: 1000)
        #expect(healthy == 10_000)
        let overloaded = run(130..<300, takes: 100)
        #expect((1600...2400).contains(overloaded), "\(overloaded)")
        let recovered = run(300..<600, takes: 1000)
        #expect(recovered == 10_000)
    }

    @Test("a server that accepts everything is never spared")
    func healthy() {
        var throttle = ClientThrottle(at: .ms(0))
        for now in 0..<5000 {
            _ = throttle.request(random: 0, at: .ms(now))
            throttle.accept(at: .ms(now))
        }
        #expect(throttle.heldBack == 0)
    }

    @Test("shared, it draws and counts for all")
    func shared() {
        let clock = ManualClock()
        let throttle = SharedClientThrottle(time: clock.time, random: { 0.4 })
        #expect(throttle.request())
        #expect(!throttle.request())
        throttle.accept()
        #expect(throttle.request())
        #expect(throttle.figures.heldBack == 1)
        #expect(throttle.figures.probability == 0.25)
        clock.advance(by: .seconds(200))
        #expect(throttle.figures.probability == 0)
    }
}
