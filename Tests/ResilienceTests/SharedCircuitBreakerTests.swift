import Resilience
import Testing

@Suite("The shared circuit breaker", .timeLimit(.minutes(1)))
struct SharedCircuitBreakerTests {
    private typealias Refused = CallError<CircuitBreaker.Refusal, TestFailure>
    private let clock = ManualClock()

    private func fail(_ breaker: SharedCircuitBreaker, times: Int = 1) async {
        for _ in 0..<times {
            await #expect(throws: Refused.failed(.broken)) {
                try await breaker.call { () async throws(TestFailure) in throw .broken }
            }
        }
    }

    @Test("gives back what the call gives or throws, and stops calling after five failures")
    func calls() async throws {
        let breaker = SharedCircuitBreaker(time: clock.time)
        #expect(try await breaker.call { 7 } == 7)
        await fail(breaker, times: 5)
        await #expect(throws: Refused.refused(.open(retryAfter: .seconds(10)))) {
            try await breaker.call { () async throws(TestFailure) in mustNotRun() }
        }
        #expect(breaker.figures.state == .open(until: .ms(10_000)))
        #expect(breaker.figures.counters.failed == 5)
        clock.advance(by: .seconds(10))
        for _ in 0..<3 { #expect(try await breaker.call { 7 } == 7) }
        #expect(breaker.figures.state == .closed)
    }

    @Test("a call that takes too long by the injected clock is a failure")
    func slow() async throws {
        let breaker = SharedCircuitBreaker(time: clock.time)
        for _ in 0..<5 { try await breaker.call { clock.advance(by: .seconds(5)) } }
        #expect(breaker.figures.counters.slow == 5)
        #expect(breaker.figures.state == .open(until: .ms(35_000)))
    }

    @Test("a cancelled call says nothing of the dependency, and gives its permit back")
    func cancelled() async {
        let breaker = SharedCircuitBreaker(time: clock.time)
        await fail(breaker, times: 5)
        clock.advance(by: .seconds(10))
        for _ in 0..<20 {
            await #expect(throws: CallError<CircuitBreaker.Refusal, CancellationError>.self) {
                try await breaker.call { () async throws(CancellationError) in throw CancellationError() }
            }
        }
        #expect(breaker.figures.counters.ignored == 20)
        #expect(breaker.figures.state == .halfOpen(until: .ms(20_000)))
    }

    @Test("the caller may judge otherwise: an answer that says no is a success, a bad answer a failure")
    func judged() async throws {
        let breaker = SharedCircuitBreaker(time: clock.time)
        let isFine = { (_: Result<Void, TestFailure>) in CircuitBreaker.Outcome.success }
        let isBad = { (_: Result<Int, any Error>) in CircuitBreaker.Outcome.failure }
        for _ in 0..<10 {
            await #expect(throws: Refused.failed(.broken)) {
                try await breaker.call(judging: isFine) { () async throws(TestFailure) in throw .broken }
            }
        }
        #expect(breaker.figures.state == .closed)
        for _ in 0..<5 { _ = try await breaker.call(judging: isBad) { 503 } }
        #expect(breaker.figures.state == .open(until: .ms(10_000)))
    }

    @Test("in a trial no more than three of many tasks get through")
    func trial() async {
        let breaker = SharedCircuitBreaker(time: clock.time)
        await fail(breaker, times: 5)
        clock.advance(by: .seconds(10))
        let gate = Gate()
        let called = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    do {
                        try await breaker.call { await gate.wait() }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            await until { breaker.figures.counters.permitted == 8 && breaker.figures.counters.refused == 47 }
            await gate.open()
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(called == 3)
        #expect(breaker.figures.state == .closed)
    }
}

/// Blocks its callers until it is opened.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
