import Resilience
import Testing

@Suite("The adaptive limit's probes")
struct AdaptiveLimitProbeTests {
    private typealias Feeder = AdaptiveLimitTests.Feeder

    /// A limit that has been under load at 10 ms until a probe began.
    private func probing() -> Feeder {
        var feeder = Feeder.knowing10ms(AdaptiveLimit.Settings(probeSamples: 30))
        while !feeder.limit.isProbing(at: .ms(feeder.now)), feeder.now < 100_000 {
            feeder.window(count: 10, took: 10, inFlight: 100)
        }
        return feeder
    }

    @Test("after ten seconds under load the limit is halved, no more")
    func halves() {
        let feeder = probing()
        #expect(feeder.now == 10_100)
        #expect(feeder.steady == 99)
        #expect(feeder.current == 49)
    }

    @Test("a quiet window puts the probe off: it taught the same without one")
    func putOff() {
        var feeder = Feeder.knowing10ms()
        for _ in 0..<1000 {
            for _ in 0..<90 { feeder.window(count: 10, took: 10, inFlight: 100) }
            feeder.window(count: 10, took: 10, inFlight: 1)
            #expect(!feeder.limit.isProbing(at: .ms(feeder.now)))
        }
    }

    @Test("thirty pieces of work that begin in the probe, under half of the limit, end it and set the long-term time")
    func ends() {
        var feeder = probing()
        let besides = feeder.begin(count: 10, inFlight: 50)
        let probed = feeder.begin(count: 30, inFlight: 49)
        let after = feeder.begin(count: 10, inFlight: 49)
        feeder.now += 20
        feeder.end(besides)
        feeder.end(after)
        // These requests began before the probe.
        feeder.record(count: 100, took: 500, inFlight: 100, .success)
        feeder.end(probed.prefix(15))
        feeder.now += 20
        feeder.end(probed.dropFirst(15).dropLast())
        #expect(feeder.current == 49)
        feeder.end(probed.suffix(1))
        #expect(feeder.current == 99)
        #expect(feeder.longTerm == 30)
    }

    @Test("the quick ones that end first do not speak for the others")
    func unbiased() {
        var feeder = probing()
        var underWay = feeder.begin(count: 50, inFlight: 49)
        for _ in 0..<29 {
            feeder.now += 1
            feeder.end([underWay.removeFirst()])
            underWay += feeder.begin(count: 1, inFlight: 49)
        }
        #expect(feeder.current == 49)
        #expect(feeder.longTerm == 10)
        feeder.now += 286
        feeder.end(underWay)
        #expect(feeder.current == 99)
        // 29 took 1 to 29 ms, one took 315 ms.
        #expect(feeder.longTerm == (29 * 15 + 315) / 30)
    }

    @Test("a probe that nothing comes back from is over after two seconds, without anybody saying so")
    func silent() {
        var feeder = probing()
        let starts = feeder.begin(count: 30, inFlight: 20)
        #expect(feeder.limit.limit(at: .ms(feeder.now + 1999)) == 49)
        #expect(feeder.limit.limit(at: .ms(feeder.now + 2000)) == 99)
        feeder.now += 3000
        feeder.end(starts)
        #expect(feeder.longTerm == 10)
    }

    @Test("when the time is up, those still under way count with the time they took so far, if most have ended")
    func overdue() {
        var feeder = probing()
        let starts = feeder.begin(count: 30, inFlight: 20)
        feeder.now += 100
        feeder.end(starts.prefix(20))
        feeder.now += 1900
        #expect(feeder.longTerm == 10)
        feeder.end(starts.suffix(1))
        #expect(feeder.longTerm == (20 * 100 + 10 * 2000) / 30)
    }

    @Test("a probe in which work is dropped shrinks the limit and teaches nothing")
    func dropped() {
        var feeder = probing()
        let starts = feeder.begin(count: 30, inFlight: 20)
        feeder.now += 30
        feeder.end(starts, .dropped)
        #expect(feeder.steady == 89)
        #expect(feeder.longTerm == 10)
    }

    @Test("work of which nothing is learnt leaves its place in the probe to others")
    func ignored() {
        var feeder = probing()
        let starts = feeder.begin(count: 30, inFlight: 20)
        feeder.now += 100
        feeder.end(starts, .ignored)
        let others = feeder.begin(count: 30, inFlight: 20)
        feeder.now += 20
        feeder.end(others)
        #expect(feeder.current == 99)
        #expect(feeder.longTerm == 20)
    }

    @Test("the slower the server, the rarer the probes: at most a twentieth of the time")
    func rare() {
        var feeder = probing()
        let starts = feeder.begin(count: 30, inFlight: 20)
        feeder.now += 1500
        feeder.end(starts)
        let ended = feeder.now
        while !feeder.limit.isProbing(at: .ms(feeder.now)), feeder.now < ended + 100_000 {
            feeder.window(count: 10, took: 1500, inFlight: 100)
        }
        #expect(feeder.now - ended == 30_000)
    }

    @Test("a probe never takes the limit below the least")
    func least() {
        var feeder = Feeder.knowing10ms()
        for _ in 0..<400 {
            feeder.window(count: 10, took: 10, inFlight: 20, dropped: 10)
            #expect(feeder.current >= 4)
        }
    }
}
