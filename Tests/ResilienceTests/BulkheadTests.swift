import Resilience
import TestSupport
import Testing

@Suite("The bulkhead's places")
struct BulkheadTests {
    /// An action of a named request, and the expected result.
    enum Step: Sendable {
        case runs(String, deadline: Int? = nil, at: Int = 0)
        case waits(String, deadline: Int? = nil, at: Int = 0, until: Int)
        case refused(Bulkhead.Refusal, deadline: Int? = nil, at: Int = 0)
        case leaves(String, at: Int = 0, admits: [String] = [], expires: [String] = [])
        case withdraws(String, wasWaiting: Bool)
        case expires([String], at: Int)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [Step]
        var running: Int
        var waiting: Int

        init(_ description: String, _ steps: [Step], running: Int, waiting: Int) {
            testDescription = description
            self.steps = steps
            self.running = running
            self.waiting = waiting
        }
    }

    /// Two places and two waiting places, for at most a second.
    static let settings = Bulkhead.Settings(concurrency: 2, queue: 2, longestWait: .seconds(1))
    static let busy = [Step.runs("a"), .runs("b")]
    static let full = busy + [.waits("c", until: 1000), .waits("d", until: 1000)]

    static let cases = [
        Case("places are given until there are none", busy, running: 2, waiting: 0),
        Case("then they wait, then they are refused", full + [.refused(.full)], running: 2, waiting: 2),
        Case(
            "a place goes to the one that waited longest",
            full + [.leaves("b", admits: ["c"]), .waits("e", until: 1000), .leaves("a", admits: ["d"])],
            running: 2,
            waiting: 1
        ),
        Case("nobody waits: the place is free", busy + [.leaves("a"), .runs("c")], running: 2, waiting: 0),
        Case(
            "a deadline that is nearer than the longest wait ends the wait",
            busy + [.waits("c", deadline: 300, until: 300), .waits("d", deadline: 3000, at: 10, until: 1010)],
            running: 2,
            waiting: 2
        ),
        Case(
            "who has no time left is refused, be there a place or not",
            [.refused(.expired, deadline: 0), .runs("a", deadline: 1)],
            running: 1,
            waiting: 0
        ),
        Case("that comes before a full queue", full + [.refused(.expired, deadline: 0)], running: 2, waiting: 2),
        Case(
            "who expired is passed over, though its timer has not gone off",
            busy + [.waits("c", deadline: 300, until: 300), .waits("d", until: 1000)]
                + [.leaves("a", at: 300, admits: ["d"], expires: ["c"])],
            running: 2,
            waiting: 0
        ),
        Case(
            "all who waited expired: the place is free",
            full + [.leaves("a", at: 1000, admits: [], expires: ["c", "d"]), .runs("e", at: 1000)],
            running: 2,
            waiting: 0
        ),
        Case(
            "the timer lets go whose time has come, and those only",
            busy + [.waits("c", until: 1000), .waits("d", deadline: 300, until: 300)]
                + [.expires([], at: 299), .expires(["d"], at: 300), .leaves("a", at: 999, admits: ["c"])],
            running: 2,
            waiting: 0
        ),
        Case(
            "who withdraws makes room in the queue and is never admitted",
            full + [.withdraws("c", wasWaiting: true), .waits("e", until: 1000), .leaves("a", admits: ["d"])]
                + [.leaves("b", admits: ["e"])],
            running: 2,
            waiting: 0
        ),
        Case(
            "who runs, or was told already, cannot withdraw",
            full + [.withdraws("a", wasWaiting: false), .expires(["c", "d"], at: 1000)]
                + [.withdraws("c", wasWaiting: false)],
            running: 2,
            waiting: 0
        ),
    ]

    @Test("who runs, who waits, who is refused", arguments: cases)
    func table(_ example: Case) throws {
        var bulkhead = Bulkhead(Self.settings)
        var tickets: [String: Bulkhead.Ticket] = [:]
        func named(_ found: [Bulkhead.Ticket]) -> [String] {
            found.map { ticket in tickets.first { $0.value == ticket }?.key ?? "?" }
        }
        func deadline(_ milliseconds: Int?) -> Deadline? { milliseconds.map { Deadline(.ms($0)) } }
        for (index, step) in example.steps.enumerated() {
            let place: Comment = "\(example.testDescription), step \(index): \(step)"
            switch step {
            case .runs(let name, let limit, let now):
                guard case .running(let ticket) = try bulkhead.enter(deadline: deadline(limit), at: .ms(now)) else {
                    Issue.record(place)
                    return
                }
                tickets[name] = ticket
            case .waits(let name, let limit, let now, let expected):
                let entry = try bulkhead.enter(deadline: deadline(limit), at: .ms(now))
                guard case .waiting(let ticket, let until) = entry else {
                    Issue.record(place)
                    return
                }
                #expect(until == .ms(expected), place)
                tickets[name] = ticket
            case .refused(let refusal, let limit, let now):
                let before = (bulkhead.runningCount, bulkhead.waitingCount)
                #expect(throws: refusal, place) { try bulkhead.enter(deadline: deadline(limit), at: .ms(now)) }
                #expect((bulkhead.runningCount, bulkhead.waitingCount) == before, place)
            case .leaves(let name, let now, let admits, let expires):
                let turn = bulkhead.leave(try #require(tickets[name]), at: .ms(now))
                #expect(named(turn.admitted) == admits, place)
                #expect(named(turn.expired) == expires, place)
            case .withdraws(let name, let wasWaiting):
                #expect(bulkhead.withdraw(try #require(tickets[name])) == wasWaiting, place)
            case .expires(let names, let now): #expect(named(bulkhead.expire(at: .ms(now))) == names, place)
            }
        }
        #expect(bulkhead.runningCount == example.running, "\(example.testDescription)")
        #expect(bulkhead.waitingCount == example.waiting, "\(example.testDescription)")
    }

    @Test("without a queue nobody waits")
    func noQueue() throws {
        var bulkhead = Bulkhead(Bulkhead.Settings(concurrency: 1, queue: 0))
        _ = try bulkhead.enter(deadline: nil, at: .ms(0))
        #expect(throws: Bulkhead.Refusal.full) { try bulkhead.enter(deadline: nil, at: .ms(0)) }
        #expect(bulkhead.counters.full == 1)
    }

    @Test(
        "whatever happens, bounds hold, nobody waits beside a free place, and places go out in the order of arrival",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let settings = Bulkhead.Settings(
            concurrency: .random(in: 1...5, using: &generator),
            queue: .random(in: 1...8, using: &generator),
            longestWait: .milliseconds(200)
        )
        var bulkhead = Bulkhead(settings)
        var running: [Bulkhead.Ticket] = []
        /// The expected queue.
        var queue: [(ticket: Bulkhead.Ticket, until: ContinuousClock.Instant)] = []
        var now = 0
        for _ in 0..<5000 {
            now += Int.random(in: 0...20, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<6:
                let limit = Deadline(.milliseconds(Int.random(in: -5...300, using: &generator)), from: .ms(now))
                switch try? bulkhead.enter(deadline: limit, at: .ms(now)) {
                case .running(let ticket): running.append(ticket)
                case .waiting(let ticket, let until): queue.append((ticket, until))
                case nil: #expect(limit.hasPassed(at: .ms(now)) || queue.count == settings.queue, "seed \(seed)")
                }
            case 6..<8:
                guard let index = running.indices.randomElement(using: &generator) else { continue }
                let turn = bulkhead.leave(running.remove(at: index), at: .ms(now))
                #expect(turn.expired == queue.filter { $0.until <= .ms(now) }.map(\.ticket), "seed \(seed)")
                queue.removeAll { $0.until <= .ms(now) }
                #expect(turn.admitted == queue.prefix(1).map(\.ticket), "seed \(seed)")
                queue.removeFirst(turn.admitted.count)
                running += turn.admitted
            case 8:
                guard let index = queue.indices.randomElement(using: &generator) else { continue }
                let wasWaiting = bulkhead.withdraw(queue.remove(at: index).ticket)
                #expect(wasWaiting, "seed \(seed)")
            default:
                #expect(bulkhead.expire(at: .ms(now)) == queue.filter { $0.until <= .ms(now) }.map(\.ticket))
                queue.removeAll { $0.until <= .ms(now) }
            }
            #expect(bulkhead.runningCount == running.count && running.count <= settings.concurrency, "seed \(seed)")
            #expect(bulkhead.waitingCount == queue.count && queue.count <= settings.queue, "seed \(seed)")
            #expect(queue.isEmpty || running.count == settings.concurrency, "seed \(seed)")
        }
        let counters = bulkhead.counters
        #expect(counters.full > 0 && counters.expired > 0 && counters.cancelled > 0, "seed \(seed)")
    }
}
