import Ledger
import Testing

@testable import Components

@Suite("Health")
struct HealthTests {
    private static let away = LedgerFailure(.away, phase: .begin, retry: .safe)

    @Test(
        "a replica whose writes nobody answers is not ready, but one whose ledger is away is",
        arguments: [false, true]
    )
    func unanswered(isAway: Bool) {
        let health = Health(stuckAfter: .zero) { isAway ? StoreAbsence(failure: Self.away, at: .now) : nil }
        #expect(health.readiness.status == .starting && !health.readiness.isReady)
        health.started()
        #expect(health.readiness.status == (isAway ? .degraded : .stuck))
        #expect(health.readiness.isReady == isAway)
        #expect(health.readiness.refusal == (isAway ? .away : nil))
        health.drain()
        #expect(health.readiness.status == .draining && !health.readiness.isReady)
    }

    @Test("a replica is stuck once its writes were unanswered for long, not counting what its ledger was away for")
    func stuck() {
        let now = ContinuousClock.now
        for (stuckAfter, back, expected) in [
            (Duration.seconds(600), nil, Health.Status.ok), (.zero, nil, .stuck), (.zero, now, .stuck),
            (.zero, now + .seconds(600), .ok),
        ] {
            let health = Health(stuckAfter: stuckAfter) { back.map { StoreAbsence(failure: nil, at: $0) } }
            health.started()
            #expect(health.readiness.status == expected)
            #expect(health.readiness.isReady == (expected == .ok))
        }
    }
}
