import Resilience
import Testing

@Suite("The circuit breaker's states")
struct CircuitBreakerTests {
    /// A step of a breaker's scenario, at milliseconds since the start, and the expected state.
    enum Step: Sendable {
        /// `count` calls one after another that end at the time and began `took` earlier.
        case calls(Int, CircuitBreaker.Outcome, at: Int, took: Int = 0)
        /// This many calls begin.
        case begin(Int, at: Int)
        /// The oldest call in progress ends.
        case end(CircuitBreaker.Outcome, at: Int)
        /// A call is refused.
        case refused(CircuitBreaker.Refusal, at: Int)
        case closed(at: Int)
        case open(at: Int, until: Int)
        case halfOpen(at: Int, until: Int)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [Step]

        init(_ description: String, _ steps: [Step]) {
            testDescription = description
            self.steps = steps
        }
    }

    /// Five failures at 0: open until 10 s.
    static let opened = Step.calls(5, .failure, at: 0)

    static let opening = [
        Case(
            "five failures running open it for 10 s",
            [
                .calls(4, .failure, at: 0), .closed(at: 0), .calls(1, .failure, at: 0), .open(at: 0, until: 10_000),
            ]
        ),
        Case(
            "a success in between starts the run anew",
            [
                .calls(4, .failure, at: 0), .calls(1, .success, at: 0), .calls(4, .failure, at: 0), .closed(at: 0),
                .calls(1, .failure, at: 0), .open(at: 0, until: 10_000),
            ]
        ),
        Case(
            "ten failures of the last twenty open it",
            [
                .calls(10, .success, at: 0), .calls(4, .failure, at: 0), .calls(1, .success, at: 0),
                .calls(4, .failure, at: 0), .closed(at: 0), .calls(1, .success, at: 0), .closed(at: 0),
                // The window slides: two successes of the first ten leave it, two failures enter.
                .calls(1, .failure, at: 0), .closed(at: 0), .calls(1, .failure, at: 0), .open(at: 0, until: 10_000),
            ]
        ),
        Case(
            "nine failures of each twenty do not",
            (0..<10).flatMap { _ in
                [
                    Step.calls(11, .success, at: 0), .calls(4, .failure, at: 0), .calls(1, .success, at: 0),
                    .calls(4, .failure, at: 0), .closed(at: 0), .calls(1, .success, at: 0), .calls(1, .failure, at: 0),
                    .closed(at: 0), .calls(20, .success, at: 0),
                ]
            }
        ),
        Case(
            "the share does not count before twenty calls",
            [
                .calls(4, .failure, at: 0), .calls(1, .success, at: 0), .calls(4, .failure, at: 0),
                .calls(1, .success, at: 0), .calls(4, .failure, at: 0), .calls(1, .success, at: 0),
                .calls(4, .failure, at: 0), .closed(at: 0), .calls(1, .success, at: 0), .open(at: 0, until: 10_000),
            ]
        ),
        Case(
            "a call of 5 s is a failure, though it went well",
            [
                .calls(4, .success, at: 5000, took: 5000), .closed(at: 5000), .calls(1, .success, at: 5000, took: 5000),
                .open(at: 5000, until: 15_000),
            ]
        ),
        Case("a call just under 5 s is not", [.calls(30, .success, at: 5000, took: 4999), .closed(at: 5000)]),
        Case(
            "a slow call whose caller went away is a failure too",
            [
                .calls(5, .ignored, at: 6000, took: 6000), .open(at: 6000, until: 16_000),
            ]
        ),
        Case(
            "calls of which nothing was learnt count neither way",
            [
                .calls(4, .failure, at: 0), .calls(30, .ignored, at: 0), .closed(at: 0), .calls(1, .failure, at: 0),
                .open(at: 0, until: 10_000),
            ]
        ),
        Case(
            "calls under way when it opens do not open it again",
            [
                .begin(3, at: 0), opened, .end(.failure, at: 9000), .end(.failure, at: 9000), .end(.success, at: 9000),
                .open(at: 9000, until: 10_000),
            ]
        ),
    ]

    static let recovering = [
        Case(
            "open, it says how long to stay away, and one call after that begins the trial",
            [
                opened, .refused(.open(retryAfter: .seconds(10)), at: 0),
                .refused(.open(retryAfter: .milliseconds(1)), at: 9999),
                .begin(1, at: 10_000), .halfOpen(at: 10_000, until: 20_000),
            ]
        ),
        Case("nobody calls: it stays open, and nothing is on trial", [opened, .open(at: 500_000, until: 10_000)]),
        Case(
            "three trial calls and no more",
            [
                opened, .begin(3, at: 10_000), .refused(.halfOpen(retryAfter: .seconds(9)), at: 11_000),
                .end(.success, at: 12_000), .refused(.halfOpen(retryAfter: .seconds(8)), at: 12_000),
            ]
        ),
        Case(
            "three successes close it, and the next opening is a first one",
            [
                opened, .begin(3, at: 10_000), .end(.success, at: 11_000), .end(.success, at: 11_000),
                .halfOpen(at: 11_000, until: 20_000), .end(.success, at: 11_000), .closed(at: 11_000),
                .calls(4, .failure, at: 12_000), .closed(at: 12_000), .calls(1, .failure, at: 12_000),
                .open(at: 12_000, until: 22_000),
            ]
        ),
        Case(
            "one failure opens it again for twice as long, up to 60 s",
            [
                opened, .calls(1, .failure, at: 10_000), .open(at: 10_000, until: 30_000),
                .calls(1, .failure, at: 30_000), .open(at: 30_000, until: 70_000),
                .calls(1, .failure, at: 70_000), .open(at: 70_000, until: 130_000),
                .calls(1, .failure, at: 130_000), .open(at: 130_000, until: 190_000),
                .calls(3, .success, at: 190_000), .closed(at: 190_000),
                .calls(5, .failure, at: 190_000), .open(at: 190_000, until: 200_000),
            ]
        ),
        Case(
            "a slow trial call is a failure",
            [
                opened, .begin(1, at: 10_000), .end(.success, at: 15_000), .open(at: 15_000, until: 35_000),
            ]
        ),
        Case(
            "answers from before it opened say nothing to the trial",
            [
                .begin(2, at: 0), opened, .begin(1, at: 10_000), .end(.failure, at: 10_001), .end(.success, at: 10_001),
                .halfOpen(at: 10_001, until: 20_000),
            ]
        ),
        Case(
            "answers of an earlier trial say nothing to the next",
            [
                opened, .begin(2, at: 10_000), .end(.failure, at: 10_500), .open(at: 10_500, until: 30_500),
                .begin(1, at: 30_500), .end(.failure, at: 30_501), .halfOpen(at: 30_501, until: 40_500),
            ]
        ),
    ]

    static let trialsEnd = [
        Case(
            "trial calls that never come back are failures when the time is up",
            [
                opened, .begin(3, at: 10_000), .halfOpen(at: 19_999, until: 20_000), .open(at: 20_000, until: 40_000),
                .refused(.open(retryAfter: .seconds(5)), at: 35_000), .begin(1, at: 40_000),
                .halfOpen(at: 40_000, until: 50_000), .open(at: 50_000, until: 90_000),
            ]
        ),
        Case(
            "one of three that never comes back is enough",
            [
                opened, .begin(3, at: 10_000), .end(.success, at: 11_000), .end(.success, at: 11_000),
                .open(at: 20_000, until: 40_000),
            ]
        ),
        Case(
            "a leaked permit that turns up later changes nothing",
            [
                opened, .begin(1, at: 10_000), .open(at: 20_000, until: 40_000), .end(.success, at: 20_001),
                .open(at: 20_001, until: 40_000),
            ]
        ),
        Case(
            "a dependency that is seldom called is judged by the calls there were",
            [
                opened, .calls(1, .success, at: 10_000), .halfOpen(at: 19_999, until: 20_000), .closed(at: 20_000),
            ]
        ),
        Case(
            "a call of which nothing was learnt gives its place back",
            [
                opened, .begin(3, at: 10_000), .end(.ignored, at: 11_000), .begin(1, at: 11_000),
                .end(.success, at: 12_000),
                .end(.success, at: 12_000), .end(.success, at: 12_000), .closed(at: 12_000),
            ]
        ),
        Case(
            "a trial in which nothing was learnt ends like one that failed",
            [
                opened, .calls(30, .ignored, at: 10_000), .halfOpen(at: 19_999, until: 20_000),
                .open(at: 20_000, until: 40_000),
            ]
        ),
        Case(
            "noticed late, a trial that failed is open from when it ended",
            [
                opened, .begin(3, at: 10_000), .begin(1, at: 500_000), .halfOpen(at: 500_000, until: 510_000),
            ]
        ),
    ]

    @Test("when it opens", arguments: opening)
    func opens(_ example: Case) throws { try Self.run(example) }

    @Test("how it recovers", arguments: recovering)
    func recovers(_ example: Case) throws { try Self.run(example) }

    @Test("a trial ends by itself", arguments: trialsEnd)
    func ends(_ example: Case) throws { try Self.run(example) }

    @Test("a permit that is finished twice counts once in a trial")
    func twice() throws {
        var breaker = CircuitBreaker()
        for _ in 0..<5 { breaker.finish(try breaker.permit(at: .ms(0)), .failure, at: .ms(0)) }
        let permit = try breaker.permit(at: .ms(10_000))
        for _ in 0..<3 { breaker.finish(permit, .success, at: .ms(10_001)) }
        #expect(breaker.state(at: .ms(10_001)) == .halfOpen(until: .ms(20_000)))
    }

    @Test("the counters tell what happened")
    func counters() throws {
        var breaker = CircuitBreaker()
        let late = try breaker.permit(at: .ms(0))
        for _ in 0..<5 { breaker.finish(try breaker.permit(at: .ms(0)), .failure, at: .ms(0)) }
        #expect(throws: CircuitBreaker.Refusal.self) { try breaker.permit(at: .ms(1)) }
        breaker.finish(late, .success, at: .ms(6000))
        for _ in 0..<2 { _ = try breaker.permit(at: .ms(10_000)) }
        for _ in 0..<3 { breaker.finish(try breaker.permit(at: .ms(50_000)), .success, at: .ms(50_000)) }
        breaker.finish(try breaker.permit(at: .ms(50_000)), .ignored, at: .ms(50_000))
        let counters = breaker.counters
        #expect(counters.permitted == 12)
        #expect(counters.refused == 1)
        #expect(counters.succeeded == 3)
        #expect(counters.failed == 6)
        #expect(counters.slow == 1)
        #expect(counters.ignored == 1)
        #expect(counters.late == 1)
        #expect(counters.abandoned == 2)
        #expect(counters.opened == 2)
        #expect(counters.halfOpened == 2)
        #expect(counters.closed == 1)
    }

    private static func run(_ example: Case) throws {
        var breaker = CircuitBreaker()
        var underWay: [CircuitBreaker.Permit] = []
        for (index, step) in example.steps.enumerated() {
            let place: Comment = "\(example.testDescription), step \(index): \(step)"
            switch step {
            case .calls(let count, let outcome, let now, let took):
                for _ in 0..<count {
                    let permit = try breaker.permit(at: .ms(now - took))
                    breaker.finish(permit, outcome, at: .ms(now))
                }
            case .begin(let count, let now):
                for _ in 0..<count { underWay.append(try breaker.permit(at: .ms(now))) }
            case .end(let outcome, let now): breaker.finish(underWay.removeFirst(), outcome, at: .ms(now))
            case .refused(let refusal, let now):
                let state = breaker.state(at: .ms(now))
                #expect(throws: refusal, place) { try breaker.permit(at: .ms(now)) }
                #expect(breaker.state(at: .ms(now)) == state, place)
            case .closed(let now): #expect(breaker.state(at: .ms(now)) == .closed, place)
            case .open(let now, let until):
                #expect(breaker.state(at: .ms(now)) == .open(until: .ms(until)), place)
            case .halfOpen(let now, let until):
                #expect(breaker.state(at: .ms(now)) == .halfOpen(until: .ms(until)), place)
            }
        }
    }
}
