import Resilience
import Testing

@Suite("Deadlines")
struct DeadlineTests {
    static let deadline = Deadline(.milliseconds(1000), from: .ms(0))

    @Test(
        "what is left shrinks to nothing, and never below; the deadline has passed from its very moment on",
        arguments: [(0, 1000, false), (400, 600, false), (999, 1, false), (1000, 0, true), (5000, 0, true)]
    )
    func remaining(_ now: Int, _ left: Int, _ hasPassed: Bool) {
        #expect(Self.deadline.remaining(at: .ms(now)) == .milliseconds(left))
        #expect(Self.deadline.hasPassed(at: .ms(now)) == hasPassed)
    }

    @Test(
        "a call gets its own timeout or what is left, whichever is less: a deadline only moves closer",
        arguments: [(0, 300, 300), (0, 5000, 1000), (900, 300, 1000), (600, 400, 1000), (2000, 300, 1000)]
    )
    func capped(_ now: Int, _ timeout: Int, _ expected: Int) {
        let capped = Self.deadline.capped(to: .milliseconds(timeout), at: .ms(now))
        #expect(capped.instant == .ms(expected))
        #expect(capped <= Self.deadline)
    }

    @Test(
        "what travels is whole milliseconds, rounded down",
        arguments: [
            (Duration.zero, "0"), (.microseconds(999), "0"), (.microseconds(1999), "1"), (.milliseconds(1500), "1500"),
            (.seconds(-3), "0"), (.seconds(1_000_000), "99999999"),
        ]
    )
    func text(_ left: Duration, _ text: String) {
        #expect(Deadline(left, from: .ms(0)).text(at: .ms(0)) == text)
    }

    @Test(
        "a text is read, but nobody gets longer than the longest",
        arguments: [
            ("0", 0), ("1", 1), ("007", 7), ("1500", 1500), ("60000", 60_000), ("60001", 60_000), ("99999999", 60_000),
        ]
    )
    func reads(_ text: String, _ milliseconds: Int) throws {
        let deadline = try Deadline(text: text, at: .ms(20))
        #expect(deadline.instant == .ms(20 + milliseconds))
    }

    @Test(
        "anything but 1 to 8 ASCII digits is malformed",
        arguments: ["", " ", "-1", "+1", "1.5", "1e3", "0x10", "100 ", "100ms", "123456789", "٣", "１", "1\u{0}"]
    )
    func malformed(_ text: String) {
        #expect(throws: Deadline.TextRefusal.malformed) { try Deadline(text: text, at: .ms(0)) }
    }

    @Test("the one who is called never believes to have longer than the caller waits")
    func roundTrip() throws {
        for microseconds in stride(from: 0, to: 5000, by: 7) {
            let sent = Deadline(.microseconds(microseconds), from: .ms(0))
            let read = try Deadline(text: sent.text(at: .ms(0)), at: .ms(0))
            #expect(read <= sent)
            #expect(read.instant.duration(to: sent.instant) < .milliseconds(1))
        }
    }
}
