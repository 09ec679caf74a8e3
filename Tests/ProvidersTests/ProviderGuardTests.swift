import Providers
import Resilience
import Synchronization
import TestSupport
import Testing
import Trading

@Suite("The guard before a provider")
struct ProviderGuardTests {
    /// A provider that returns scripted answers one after another, and the last one forever.
    private final class Scripted: PaymentProvider {
        let name = "scripted"
        private let answers: Mutex<[ProviderAnswer<ProviderCharge?>]>
        private let count = Atomic<Int>(0)

        init(_ answers: [ProviderAnswer<ProviderCharge?>]) {
            self.answers = Mutex(answers)
        }

        var calls: Int { count.load(ordering: .relaxed) }

        func find(
            payment: String,
            reference: String?,
            deadline: ContinuousClock.Instant
        ) async -> ProviderAnswer<ProviderCharge?> {
            count.add(1, ordering: .relaxed)
            return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }

        func perform(
            _ request: PaymentRequest,
            deadline: ContinuousClock.Instant
        ) async -> ProviderAnswer<PaymentReceipt> { .notDone(ProviderTrouble(code: "connect")) }

        func charges(
            from: Timestamp,
            to: Timestamp,
            after cursor: String?,
            deadline: ContinuousClock.Instant
        ) async -> ProviderAnswer<ProviderPage> { .notDone(ProviderTrouble(code: "connect")) }

        func changed(
            from: Timestamp,
            to: Timestamp,
            after cursor: String?,
            deadline: ContinuousClock.Instant
        ) async -> ProviderAnswer<ChangedCharges> { .notDone(ProviderTrouble(code: "connect")) }

        func notice(
            headers: [(name: String, value: String)],
            body: [UInt8],
            now: Timestamp
        ) throws(NoticeRefusal) -> ProviderNotice { throw .unsigned }
    }

    private static let lost = ProviderAnswer<ProviderCharge?>.unknown(ProviderTrouble(code: "reset"))
    private static let away = ProviderAnswer<ProviderCharge?>.notDone(ProviderTrouble(code: "connect"))

    private func word(_ answer: ProviderAnswer<ProviderCharge?>) -> String {
        switch answer {
        case .done: "done"
        case .refused(let refusal): refusal.code
        case .notDone(let trouble), .unknown(let trouble): trouble.code
        }
    }

    private func ask(_ provider: GuardedPayments, within time: Duration = .seconds(5)) async -> String {
        word(await provider.find(payment: "pay", reference: nil, deadline: .now + time))
    }

    @Test("that a provider has gone is told once, with what was wrong, and that it is back once")
    func turns() async throws {
        let told = Mutex<[ProviderGuard.Turn]>([])
        let time = HandClock()
        let guarding = ProviderGuard("scripted", time: TimeSource(time)) { turn in
            told.withLock { $0.append(turn) }
        }
        let away = GuardedPayments(Scripted([Self.away]), by: guarding)
        for _ in 0..<50 {
            _ = await ask(away, within: .seconds(100_000))
            time.advance(by: .seconds(30))
        }
        #expect(told.withLock { $0 } == [.away(trouble: "connect")])
        let back = GuardedPayments(Scripted([.done(nil)]), by: guarding)
        for _ in 0..<50 {
            time.advance(by: .seconds(30))
            _ = await ask(back, within: .seconds(100_000))
        }
        let all = told.withLock { $0 }
        #expect(all.count == 2)
        if case .back(let after) = all.last { #expect(after > .seconds(30)) } else { Issue.record("\(all)") }
    }

    @Test("a call whose answer was lost is made once more; one that was not made, or was answered, is not")
    func repeats() async {
        for (answers, word, calls) in [
            ([Self.lost, .done(nil)], "done", 2), ([Self.lost, Self.lost], "reset", 2),
            ([Self.lost, .refused(ProviderRefusal(code: "no"))], "no", 2), ([Self.away, .done(nil)], "connect", 1),
            ([.refused(ProviderRefusal(code: "no"))], "no", 1), ([.done(nil)], "done", 1),
        ] {
            let scripted = Scripted(answers)
            let provider = GuardedPayments(scripted, by: ProviderGuard("scripted"))
            #expect(await ask(provider) == word)
            #expect(scripted.calls == calls)
        }
    }

    @Test("an outcome that is unknown stays so when the second try is not made")
    func staysUnknown() async {
        let scripted = Scripted([Self.lost, Self.away])
        let provider = GuardedPayments(scripted, by: ProviderGuard("scripted"))
        #expect(await ask(provider) == "reset")
    }

    @Test("repetitions are bounded by the budget, and by the time that is left")
    func bounded() async {
        let breaker = CircuitBreaker.Settings(failurePercent: 100, window: 64, failuresRunning: 1000)
        let scripted = Scripted([Self.lost])
        let budget = RetryBudget.Settings(percent: 0, minimumPerSecond: 0, burst: 3)
        let provider = GuardedPayments(scripted, by: ProviderGuard("scripted", breaker: breaker, retries: budget))
        for _ in 0..<10 { #expect(await ask(provider) == "reset") }
        #expect(scripted.calls == 13)
        let late = Scripted([Self.lost])
        _ = await ask(GuardedPayments(late, by: ProviderGuard("late")), within: .milliseconds(-1))
        #expect(late.calls == 0)
    }

    @Test(
        "a provider that has not decided is not asked again at once, and buyers who choose such tokens open no breaker"
    )
    func pending() async {
        let scripted = Scripted([.unknown(ProviderTrouble(code: "pending"))])
        let provider = GuardedPayments(scripted, by: ProviderGuard("scripted"))
        for _ in 0..<50 { #expect(await ask(provider) == "pending") }
        #expect(scripted.calls == 50)
        #expect(provider.standing?.breaker == "closed")
    }

    @Test("a provider that is away is let be, and its standing says so")
    func opens() async {
        let scripted = Scripted([Self.away])
        let provider = GuardedPayments(scripted, by: ProviderGuard("scripted"))
        #expect(provider.standing == ProviderStanding(breaker: "closed", inFlight: 0, limit: 32))
        var words: Set<String> = []
        for _ in 0..<50 { words.insert(await ask(provider)) }
        #expect(words == ["connect", "breaker_open"])
        #expect(scripted.calls < 50)
        #expect(provider.standing?.breaker == "open")
    }
}

/// A clock that is moved by the test.
private final class HandClock: Clock {
    private let instant = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { instant.withLock { $0 } }
    let minimumResolution = Duration.zero

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}
}
