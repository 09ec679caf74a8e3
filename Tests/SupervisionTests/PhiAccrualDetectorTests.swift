import Supervision
import TestSupport
import Testing

@Suite("The φ accrual detector")
struct PhiAccrualDetectorTests {
    /// A detector that has received heartbeats every half second up to 60 s.
    static func regular(_ settings: PhiAccrualDetector.Settings = PhiAccrualDetector.Settings()) -> PhiAccrualDetector {
        var detector = PhiAccrualDetector(settings, at: .ms(0))
        for beat in 0...120 { detector.heartbeat(at: .ms(beat * 500)) }
        return detector
    }

    @Test(
        "of a regular replica φ is that of the normal distribution: 1.75 s are expected, a deviation is 100 ms",
        arguments: [
            // −log₁₀ of the upper tail at these deviations, from tables of the normal distribution.
            (1750, 0.30103), (1850, 0.79954), (1950, 1.64302), (2050, 2.86968), (2250, 6.54265), (2750, 23.11805),
            (3750, 88.56010),
        ]
    )
    func table(_ silence: Int, _ phi: Double) {
        let found = Self.regular().phi(at: .ms(60_000 + silence))
        // The deviation of the initial estimate is still in the window and below the minimum.
        #expect(abs(found - phi) < 0.02 * max(1, phi), "φ is \(found)")
    }

    @Test("φ never falls while the silence lasts, is finite after a year, and does not jump where the series begins")
    func monotone() {
        let detector = Self.regular()
        var last = -1.0
        var step = 0.0
        for silence in stride(from: 0, through: 6000, by: 10) {
            let phi = detector.phi(at: .ms(60_000 + silence))
            #expect(phi >= last)
            // Beyond the mean φ is convex: each step is at least as large as the one before, except for rounding.
            if silence > 1850 {
                #expect(phi - last >= step - 1e-6, "at \(silence) ms")
                #expect(phi - last <= step + 0.1, "at \(silence) ms")
            }
            step = phi - last
            last = phi
        }
        #expect(detector.phi(at: .s(365 * 86_400)).isFinite)
        #expect(detector.phi(at: .ms(0)) == 0)
    }

    @Test(
        "verdicts on a regular replica that serves",
        arguments: [
            (0, PhiAccrualDetector.Verdict.alive), (1500, .alive), (1950, .alive), (2000, .suspect), (2400, .suspect),
            (2500, .dead), (60_000, .dead),
        ]
    )
    func verdicts(_ silence: Int, _ verdict: PhiAccrualDetector.Verdict) {
        #expect(Self.regular().verdict(isServing: true, at: .ms(60_000 + silence)) == verdict)
    }

    @Test("an irregular replica is given more time, but a hang is a hang after 2.5 s, and silence is death after 5 s")
    func irregular() {
        var detector = PhiAccrualDetector(at: .ms(0))
        var now = 0
        for beat in 0..<300 {
            now += beat.isMultiple(of: 2) ? 100 : 1500
            detector.heartbeat(at: .ms(now))
        }
        #expect(detector.phi(at: .ms(now + 2499)) < 2)
        #expect(detector.verdict(isServing: true, at: .ms(now + 2499)) == .alive)
        #expect(detector.verdict(isServing: true, at: .ms(now + 2500)) == .dead)
        #expect(detector.verdict(isServing: false, at: .ms(now + 2500)) == .alive)
        #expect(detector.verdict(isServing: false, at: .ms(now + 5000)) == .dead)
    }

    @Test("one that was never heard has 10 s to say its first word")
    func first() {
        let detector = PhiAccrualDetector(at: .ms(0))
        #expect(detector.verdict(isServing: false, at: .ms(9999)) == .alive)
        #expect(detector.verdict(isServing: false, at: .ms(10_000)) == .dead)
    }

    @Test("a clock that runs backwards, and heartbeats that were read together, change nothing")
    func oddTimes() {
        var detector = Self.regular()
        detector.heartbeat(at: .ms(30_000))
        for _ in 0..<500 { detector.heartbeat(at: .ms(60_500)) }
        #expect(detector.silence(at: .ms(60_700)) == .milliseconds(200))
        #expect(detector.verdict(isServing: true, at: .ms(60_500 + 1950)) == .alive)
        #expect(detector.verdict(isServing: true, at: .ms(60_500 + 2500)) == .dead)
    }

    @Test("pauses that were forgiven do not blunt it, and never count beyond the present")
    func forgiven() {
        var detector = Self.regular()
        detector.forgive(.seconds(10), at: .ms(70_000))
        #expect(detector.silence(at: .ms(70_000)) == .zero)
        detector.heartbeat(at: .ms(70_300))
        detector.forgive(.seconds(100), at: .ms(70_800))
        #expect(detector.silence(at: .ms(70_800)) == .zero)
        #expect(detector.verdict(isServing: true, at: .ms(70_800 + 2500)) == .dead)
    }

    @Test(
        "with jitter of up to 300 ms nobody is even suspect in 5000 heartbeats, and a death is noticed within 2.5 s",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func jitter(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var detector = PhiAccrualDetector(at: .ms(0))
        var now = 0
        for _ in 0..<5000 {
            now += 500 + .random(in: -300...300, using: &generator)
            #expect(detector.heartbeats == 0 || detector.verdict(isServing: true, at: .ms(now)) == .alive)
            detector.heartbeat(at: .ms(now))
        }
        #expect(detector.verdict(isServing: true, at: .ms(now + 2500)) == .dead, "seed \(seed)")
    }
}
