import Resilience
import TestSupport
import Testing

@Suite("Backoff")
struct BackoffTests {
    static let settings = Backoff.Settings(base: .milliseconds(100), cap: .milliseconds(1000), retries: 100)
    /// The largest number below 1 that can be drawn.
    static let most = 1.0.nextDown

    @Test(
        "the longest wait doubles up to the cap and stays there",
        arguments: [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (6, 1000), (64, 1000), (1_000_000, 1000)]
    )
    func ceiling(_ retry: Int, _ milliseconds: Int) {
        #expect(Self.settings.ceiling(before: retry) == .milliseconds(milliseconds))
    }

    @Test("the widest settings do not overflow")
    func widest() {
        let settings = Backoff.Settings(base: .seconds(60), cap: .seconds(86_400), retries: 1000)
        #expect(settings.ceiling(before: 1000) == .seconds(86_400))
        #expect(
            Backoff.Settings(base: .milliseconds(7), cap: .milliseconds(7)).ceiling(before: 1000) == .milliseconds(7)
        )
    }

    @Test(
        "the wait is the drawn part of the longest: full jitter",
        arguments: [(1, 0.0, 0), (1, 0.5, 50), (3, 0.25, 100), (9, 0.5, 500)]
    )
    func jitter(_ retry: Int, _ random: Double, _ milliseconds: Int) {
        #expect(Self.settings.wait(before: retry, random: random) == .milliseconds(milliseconds))
    }

    @Test("waits are spread evenly from nothing to the longest")
    func spread() {
        var generator = SeededGenerator(seed: 1)
        var tenths = Array(repeating: 0, count: 10)
        for _ in 0..<10_000 {
            let wait = Self.settings.wait(before: 5, random: .random(in: 0..<1, using: &generator))
            tenths[Int(wait / .milliseconds(100))] += 1
        }
        #expect(tenths.allSatisfy { (850...1150).contains($0) }, "\(tenths)")
    }

    @Test("there are so many retries and no more")
    func count() {
        var backoff = Backoff()
        #expect(backoff.next(random: 0.5, at: .ms(0)) == .milliseconds(50))
        #expect(backoff.next(random: 0.5, at: .ms(0)) == .milliseconds(100))
        #expect(backoff.next(random: 0.5, at: .ms(0)) == nil)
        #expect(backoff.retries == 2)
    }

    @Test("a wait that would reach the deadline is not begun, and does not count as a retry")
    func deadline() {
        var backoff = Backoff(Self.settings)
        let deadline = Deadline(.milliseconds(60), from: .ms(0))
        #expect(backoff.next(random: 0.5, deadline: deadline, at: .ms(10)) == nil)
        #expect(backoff.retries == 0)
        #expect(backoff.next(random: 0.5, deadline: deadline, at: .ms(9)) == .milliseconds(50))
        #expect(backoff.retries == 1)
    }

    @Test("the other side's wish is a lower bound, though never past the deadline")
    func asked() {
        var backoff = Backoff(Self.settings)
        #expect(backoff.next(random: Self.most, asked: .seconds(3), at: .ms(0)) == .seconds(3))
        #expect(backoff.next(random: 0.5, asked: .milliseconds(1), at: .ms(0)) == .milliseconds(100))
        let deadline = Deadline(.seconds(2), from: .ms(0))
        #expect(backoff.next(random: 0, asked: .seconds(3), deadline: deadline, at: .ms(0)) == nil)
    }
}
