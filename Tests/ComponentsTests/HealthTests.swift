import Ledger
import Testing

@testable import Components

@Suite("Health")
struct HealthTests {
    @Test(
        "a replica whose writes nobody answers is not ready, but one whose ledger is away is",
        arguments: [false, true]
    )
    func unanswered(isAway: Bool) {
        let away = LedgerFailure(.away, phase: .begin, retry: .safe)
        let health = Health(stuckAfter: .zero) { isAway ? away : nil }
        #expect(health.readiness.status == .starting && !health.readiness.isReady)
        health.started()
        #expect(health.readiness.status == (isAway ? .degraded : .stuck))
        #expect(health.readiness.isReady == isAway)
        #expect(health.readiness.writes == (isAway ? away.description : "no answer"))
        health.drain()
        #expect(health.readiness.status == .draining && !health.readiness.isReady)
    }

    @Test("a replica is not stuck before its writes were unanswered for as long as it was told")
    func notYet() {
        let health = Health(stuckAfter: .seconds(600))
        health.started()
        #expect(health.readiness.status == .ok && health.readiness.isReady)
    }
}
