import Resilience
import Testing

@Suite("Settings of the guards")
struct ResilienceSettingsTests {
    @Test("a value out of its bounds is a fault")
    func outOfBounds() async {
        await #expect(processExitsWith: .failure) { _ = Deadline.Settings(longest: .zero) }
        await #expect(processExitsWith: .failure) { _ = Deadline.Settings(fallback: .seconds(61)) }
        await #expect(processExitsWith: .failure) { _ = Backoff.Settings(base: .seconds(2), cap: .seconds(1)) }
        await #expect(processExitsWith: .failure) { _ = RetryBudget.Settings(percent: 101) }
        await #expect(processExitsWith: .failure) { _ = CircuitBreaker.Settings(window: 65) }
        await #expect(processExitsWith: .failure) { _ = Bulkhead.Settings(concurrency: 0) }
        await #expect(processExitsWith: .failure) { _ = AdaptiveLimit.Settings(least: 21) }
        await #expect(processExitsWith: .failure) { _ = LoadShedder.Settings(percent3: 60) }
    }

    @Test("values at their bounds are not")
    func atBounds() throws {
        #expect(Backoff.Settings(retries: 1000).retries == 1000)
        var breaker = CircuitBreaker(CircuitBreaker.Settings(failurePercent: 100, window: 64, failuresRunning: 1000))
        for _ in 0..<63 { breaker.finish(try breaker.permit(at: .ms(0)), .failure, at: .ms(0)) }
        #expect(breaker.state(at: .ms(0)) == .closed)
        breaker.finish(try breaker.permit(at: .ms(0)), .failure, at: .ms(0))
        #expect(breaker.state(at: .ms(0)) == .open(until: .ms(10_000)))
    }

    @Test("places that were not had cannot be left")
    func leaving() async {
        await #expect(processExitsWith: .failure) {
            var shedder = LoadShedder()
            shedder.leave(.t1)
        }
        await #expect(processExitsWith: .failure) {
            var bulkhead = Bulkhead()
            guard case .running(let ticket) = try bulkhead.enter(deadline: nil, at: .now) else { return }
            _ = bulkhead.leave(ticket, at: .now)
            _ = bulkhead.leave(ticket, at: .now)
        }
    }
}
