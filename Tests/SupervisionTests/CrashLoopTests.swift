import Supervision
import TestSupport
import Testing

@Suite("Crash loops")
struct CrashLoopTests {
    /// Records a crash, by default one right after the start.
    static func crash(_ loop: inout CrashLoop, at now: Int, uptime: Duration = .zero) -> CrashLoop.Decision {
        loop.crashed(uptime: uptime, random: 0, at: .ms(now))
    }

    @Test("pauses double from 0.1 s to 10 s, and jitter takes between nothing and half of them")
    func pauses() {
        let settings = CrashLoop.Settings()
        let longest = (1...10).map { settings.pause(failure: $0, random: 0.999_999_999) / .milliseconds(1) }
        for (found, expected) in zip(longest, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]) {
            #expect(abs(found - Double(expected)) < 0.01)
        }
        #expect(settings.pause(failure: 3, random: 0) == .milliseconds(200))
        #expect(settings.pause(failure: 1_000_000, random: 0) == .seconds(5))
    }

    @Test("the fifth crash in 30 s opens it; one that is spread wider does not")
    func opens() {
        var loop = CrashLoop()
        for crash in 0..<4 { #expect(Self.crash(&loop, at: crash * 7000) != .open(until: .ms(0))) }
        #expect(Self.crash(&loop, at: 29_999) == .open(until: .ms(59_999)))
        #expect(loop.isLooping(at: .ms(29_999)))

        var slow = CrashLoop()
        for crash in 0..<100 {
            guard case .restart = Self.crash(&slow, at: crash * 7501) else { return #expect(Bool(false), "\(crash)") }
        }
    }

    @Test("after its time one probe may start; if that crashes it stays shut twice as long, up to 5 min")
    func probes() {
        var loop = CrashLoop()
        for crash in 0..<5 { _ = Self.crash(&loop, at: crash) }
        var now = 4
        for open in [30_000, 60_000, 120_000, 240_000, 300_000, 300_000] {
            #expect(loop.start(at: .ms(now + open - 1)) == .refused(retryAfter: .milliseconds(1)))
            now += open
            #expect(loop.start(at: .ms(now)) == .probe)
            guard case .refused = loop.start(at: .ms(now)) else { return #expect(Bool(false), "two probes") }
            now += 1000
            let next = min(open * 2, 300_000)
            #expect(Self.crash(&loop, at: now, uptime: .seconds(1)) == .open(until: .ms(now + next)))
        }
    }

    @Test("a probe that stays up for 30 s closes it, and all is forgotten")
    func recovers() {
        var loop = CrashLoop()
        for crash in 0..<5 { _ = Self.crash(&loop, at: crash) }
        #expect(loop.start(at: .ms(30_004)) == .probe)
        #expect(loop.isLooping(at: .ms(60_003)))
        #expect(!loop.isLooping(at: .ms(60_004)))
        #expect(loop.start(at: .ms(60_004)) == .granted)
        #expect(Self.crash(&loop, at: 60_005) == .restart(after: .milliseconds(50)))
    }

    @Test("a quiet time resets the pauses")
    func quiet() {
        var loop = CrashLoop()
        for crash in 0..<3 { _ = Self.crash(&loop, at: crash) }
        #expect(Self.crash(&loop, at: 30_001) == .restart(after: .milliseconds(400)))
        #expect(Self.crash(&loop, at: 60_001) == .restart(after: .milliseconds(50)))
    }

    @Test("replicas that had served for long and are killed at one stroke are no loop")
    func killed() {
        var loop = CrashLoop()
        for _ in 0..<50 {
            #expect(Self.crash(&loop, at: 0, uptime: .seconds(3600)) == .restart(after: .milliseconds(50)))
        }
        #expect(loop.crashes == 50)
    }

    @Test("one that had served is started again within a second, however often it crashes, and that is said")
    func served() {
        var loop = CrashLoop()
        func crash(at now: Int) -> CrashLoop.Decision {
            loop.crashed(uptime: .seconds(1), hasServed: true, random: 0.999_999, at: .ms(now))
        }
        for number in 0..<100 {
            guard case .restart(let pause) = crash(at: number * 3000) else { return #expect(Bool(false), "\(number)") }
            #expect(pause <= .seconds(1))
            #expect(loop.start(at: .ms(number * 3000 + 1000)) == .granted)
            #expect(loop.isLooping(at: .ms(number * 3000)) == (number >= 4))
        }
        #expect(loop.isLooping(at: .ms(99 * 3000 + 17_999)))
        #expect(!loop.isLooping(at: .ms(99 * 3000 + 18_001)))
        // A crash after the replica has served does not continue the loop, and a probe that has served is not held against it.
        guard case .open(let until) = Self.crash(&loop, at: 300_000) else { return #expect(Bool(false), "not open") }
        #expect(loop.start(at: until) == .probe)
        let next = loop.crashed(uptime: .seconds(1), hasServed: true, random: 0, at: until + .seconds(1))
        #expect(next == .restart(after: .milliseconds(50)))
        #expect(loop.start(at: until + .seconds(2)) == .granted)
    }

    @Test("one that was well before the trial and ends during it is not the probe")
    func bystander() {
        var loop = CrashLoop()
        for crash in 0..<5 { _ = Self.crash(&loop, at: crash) }
        #expect(loop.start(at: .ms(30_004)) == .probe)
        #expect(Self.crash(&loop, at: 31_000, uptime: .seconds(600)) == .open(until: .ms(60_004)))
        #expect(loop.start(at: .ms(60_004)) == .granted)
    }

    @Test("releases are judged apart, and no more than 16 are remembered")
    func releases() {
        var loops = CrashLoops()
        for crash in 0..<5 { _ = loops.crashed("bad", uptime: .zero, random: 0, at: .ms(crash)) }
        #expect(loops.start("good", at: .ms(5)) == .granted)
        for number in 0..<100 { #expect(loops.start("r\(number)", at: .ms(5)) == .granted) }
        #expect(loops.looping(at: .ms(5)) == ["bad"])
        guard case .refused = loops.start("bad", at: .ms(5)) else { return #expect(Bool(false), "forgotten") }
    }

    @Test(
        "within 29 s no more than 5 replicas of a release that always crashes at once run",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func bound(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var loop = CrashLoop()
        var now = 0
        var starts: [Int] = []
        while now < 3_600_000 {
            switch loop.start(at: .ms(now)) {
            case .refused(let retryAfter): now += Int(retryAfter / .milliseconds(1)) + 1
            case .granted, .probe:
                starts.append(now)
                now += .random(in: 1...200, using: &generator)
                let random = Double.random(in: 0..<1, using: &generator)
                if case .restart(let pause) = loop.crashed(uptime: .zero, random: random, at: .ms(now)) {
                    now += Int(pause / .milliseconds(1)) + 1
                }
            }
        }
        for (index, start) in starts.enumerated() where index >= 5 {
            #expect(start - starts[index - 5] > 29_000, "seed \(seed)")
        }
        // Restarts never stop: an hour holds four doublings and then a probe every five minutes.
        #expect(starts.count >= 5 + 4 + 9, "seed \(seed)")
    }
}
