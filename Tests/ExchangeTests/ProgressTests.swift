import Testing

@testable import Exchange

@Suite("Progress")
struct ProgressTests {
    @Test("a line tells what is done, the rate and the time left")
    func line() {
        let line = ProgressLine(label: "replay", done: 12_000, total: 28_000, elapsed: 2, rate: 6000)
        #expect(line.description == "replay 12,000/28,000 (42 %) 6,000/s, 3 s left")
    }

    @Test("time left is unknown while nothing moves, and told as a sum at the end")
    func edges() {
        let stalled = ProgressLine(label: "x", done: 1, total: 2, elapsed: 9, rate: 0)
        #expect(stalled.description.hasSuffix("time left unknown"))
        let ended = ProgressLine(label: "x", done: 2, total: 2, elapsed: 61, rate: 0.5)
        #expect(ended.description == "x 2/2 (100 %) 0.5/s, 1 min 1 s in all")
        let none = ProgressLine(label: "x", done: 0, total: 0, elapsed: 0, rate: 0)
        #expect(none.description.hasPrefix("x 0/0 (100 %)"))
    }

    @Test("the rate follows the last readings")
    func rate() {
        var rate = RecentRate()
        #expect(rate.perSecond == 0)
        for second in 1...20 { rate.note(count: second < 10 ? 0 : (second - 9) * 100, at: Double(second)) }
        #expect(rate.perSecond == 100)
    }

    @Test("what the work returns or throws is passed on")
    func passesOn() async throws {
        let meter = ProgressMeter(label: "x", total: 1, isEnabled: false)
        #expect(try await meter.run { 7 } == 7)
        await #expect(throws: CancellationError.self) {
            try await meter.run { throw CancellationError() }
        }
    }
}
