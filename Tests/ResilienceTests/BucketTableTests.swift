import Testing

@testable import Resilience

@Suite("How often somebody may ask")
struct BucketTableTests {
    /// Two a second, a burst of ten.
    private let policy = RatePolicy("test", perSecond: 2, burstSeconds: 5)
    private let clock = ManualClock()

    private func table(_ bytes: Int = 1 << 20) -> BucketTable { BucketTable(bytes: bytes, time: clock.time) }

    @Test("a burst is let in, then as many as come back, and what is refused costs nothing")
    func refill() {
        let table = table()
        for left in (0..<10).reversed() {
            let verdict = table.take(1, from: 1, policy)
            #expect(verdict.isAllowed)
            #expect(verdict.remaining == Int64(left))
        }
        for _ in 0..<100 {
            let refused = table.take(1, from: 1, policy)
            #expect(!refused.isAllowed)
            #expect(refused.retryAfter == 1)
            #expect(refused.fullAfter == 5)
        }
        clock.advance(by: .milliseconds(500))
        #expect(table.take(1, from: 1, policy).isAllowed)
        #expect(!table.take(1, from: 1, policy).isAllowed)
        clock.advance(by: .seconds(3600))
        #expect(table.take(1, from: 1, policy).remaining == 9)
        #expect(table.take(1, from: 2, policy).remaining == 9)
    }

    @Test("asking takes nothing, and what is owed is taken although it is not there, up to one bucket")
    func owed() {
        let table = table()
        for _ in 0..<5 { #expect(table.take(0, from: 1, policy).remaining == 10) }
        for _ in 0..<1000 { _ = table.take(1, from: 1, policy, isOwed: true) }
        #expect(!table.take(0, from: 1, policy).isAllowed)
        clock.advance(by: .milliseconds(500))
        #expect(table.take(0, from: 1, policy).isAllowed)
    }

    @Test("a client with many addresses does not get its bucket back by pushing it out", arguments: [1, 64 << 10])
    func eviction(bytes: Int) {
        let table = table(bytes)
        let others = UInt64(table.capacity * 20)
        for _ in 0..<10 { _ = table.take(1, from: 0, policy) }
        #expect(!table.take(1, from: 0, policy).isAllowed)
        for other in 1...others { _ = table.take(1, from: other, policy) }
        #expect(!table.take(1, from: 0, policy).isAllowed)
    }

    @Test("in a table with room a newcomer has a full bucket, and its memory is as was said")
    func room() {
        let table = table(1 << 20)
        #expect(table.capacity * 16 <= 1 << 20)
        #expect(table.capacity * 16 > 1 << 19)
        var full = 0
        for key in 0..<UInt64(table.capacity / 8) where table.take(1, from: key, policy).remaining == 9 { full += 1 }
        #expect(full > table.capacity / 8 * 99 / 100)
    }

    @Test("what a bucket takes over from another policy locks nobody out for longer than its own")
    func takeOver() {
        let table = table(1)
        let slow = RatePolicy("slow", perSecond: 0.1, burstSeconds: 600)
        for key in 0..<UInt64(table.capacity * 30) { _ = table.take(60, from: key, slow) }
        clock.advance(by: .seconds(5))
        let fresh = UInt64.max
        _ = table.take(0, from: fresh, policy)
        clock.advance(by: .seconds(5))
        #expect(table.take(1, from: fresh, policy).isAllowed)
    }

    @Test("tokens are not lost to rounding or overflow")
    func extremes() {
        let table = table()
        let fast = RatePolicy("fast", perSecond: 1_000_000, burstSeconds: 1)
        #expect(table.take(1, from: 1, fast).remaining == 999_999)
        #expect(!table.take(.max, from: 1, fast).isAllowed)
        #expect(!table.take(.max, from: 1, policy, isOwed: true).isAllowed)
        let rare = RatePolicy("rare", perSecond: 0.001, burstSeconds: 1)
        #expect(table.take(1, from: 3, rare).isAllowed)
        #expect(!table.take(1, from: 3, rare).isAllowed)
    }
}
