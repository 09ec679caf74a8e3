import Resilience
import Testing

@Suite("The admission gate", .timeLimit(.minutes(1)))
struct AdmissionGateTests {
    private typealias Refused = CallError<AdmissionGate.Refusal, TestFailure>
    private let clock = ManualClock()
    private let gate = Gate()

    private func admission(limit: AdaptiveLimit.Settings = AdaptiveLimit.Settings()) -> AdmissionGate {
        AdmissionGate(limit: limit, time: clock.time, random: { 0.5 })
    }

    /// Runs ten requests one after another within a window.
    private func window(
        _ admission: AdmissionGate,
        _ body: @Sendable () throws(TestFailure) -> Void = {}
    ) async {
        for _ in 0..<10 {
            do throws(CallError<AdmissionGate.Refusal, TestFailure>) {
                try await admission.run(.t1) { () async throws(TestFailure) in
                    clock.advance(by: .milliseconds(10))
                    try body()
                }
            } catch {
                if case .refused = error { Issue.record("\(error)") }
            }
        }
    }

    @Test("gives back what the work gives or throws, and takes the place back either way")
    func scope() async throws {
        let admission = admission()
        #expect(try await admission.run(.t4) { 7 } == 7)
        await #expect(throws: Refused.failed(.broken)) {
            try await admission.run(.t0) { () async throws(TestFailure) in throw .broken }
        }
        #expect(admission.figures.inFlight == 0)
        #expect(admission.figures.tiers[.t4]?.admitted == 1)
        #expect(admission.figures.tiers[.t0]?.admitted == 1)
    }

    @Test("refuses by tier at once when the limit fills up, and lets T0 into its reserve")
    func sheds() async throws {
        let admission = admission()
        var tasks: [Task<Void, any Error>] = []
        func fill(_ tier: Tier, to inFlight: Int) async {
            while admission.figures.inFlight < inFlight {
                let before = admission.figures.inFlight
                tasks.append(Task { try await admission.run(tier) { await gate.wait() } })
                await until { admission.figures.inFlight == before + 1 }
            }
        }
        func expectRefused(_ tier: Tier) async {
            let refusal = AdmissionGate.Refusal.self
            let error = await #expect(throws: Refused.self) {
                try await admission.run(tier) { () async throws(TestFailure) in mustNotRun() }
            }
            guard case .refused(.shed(let shed)) = error else {
                Issue.record("\(refusal)")
                return
            }
            #expect(shed.tier == tier)
            #expect(shed.retryAfter == .seconds(3))
        }
        for (tier, inFlight) in [(Tier.t4, 14), (.t3, 17), (.t2, 19), (.t1, 20), (.t0, 23)] {
            await fill(tier, to: inFlight)
            await expectRefused(tier)
        }
        await gate.open()
        for task in tasks { try await task.value }
        #expect(admission.figures.inFlight == 0)
    }

    @Test("refuses all work from a tier on as long as it is told to, however idle it is")
    func restrained() async throws {
        let admission = admission()
        admission.refuse(from: .t3)
        for tier in [Tier.t3, .t4] {
            #expect(admission.turnAway(tier)?.tier == tier)
            await #expect(throws: Refused.self) {
                try await admission.run(tier) { () async throws(TestFailure) in mustNotRun() }
            }
        }
        for tier in [Tier.t0, .t1, .t2] {
            #expect(admission.turnAway(tier) == nil)
            #expect(try await admission.run(tier) { 1 } == 1)
        }
        #expect(admission.turnAway(.t3) != nil, "others that found room have not ended it")
        admission.refuse(from: nil)
        #expect(try await admission.run(.t4) { 1 } == 1)
        #expect(admission.figures.tiers[.t4]?.refused == 2)
    }

    @Test("work that nobody waits for is not begun")
    func expired() async {
        let admission = admission()
        await #expect(throws: Refused.refused(.expired)) {
            try await admission.run(.t0, deadline: Deadline(.ms(0))) { () async throws(TestFailure) in
                mustNotRun()
            }
        }
        #expect(admission.figures.expired == 1)
        #expect(admission.figures.inFlight == 0)
    }

    @Test("errors bring the limit down; cancellations and good answers do not")
    func drops() async {
        let admission = admission()
        await window(admission)
        #expect(admission.figures.limit == 20)
        #expect(abs((admission.figures.longTermSeconds ?? 0) - 0.01) < 1e-9)
        await window(admission) { () throws(TestFailure) in throw .broken }
        #expect(admission.figures.limit == 18)
        for _ in 0..<30 {
            try? await admission.run(.t1) { () async throws(CancellationError) in
                clock.advance(by: .milliseconds(10))
                throw CancellationError()
            }
        }
        #expect(admission.figures.limit == 18)
    }

    @Test("work that ends after a deadline of its sender's own, well or not, leaves the limit where it is")
    func deadlines() async {
        let admission = admission()
        await window(admission)
        for _ in 0..<30 {
            try? await admission.run(.t1, deadline: Deadline(.milliseconds(1), from: clock.now)) {
                clock.advance(by: .milliseconds(10))
            }
            try? await admission.run(.t1, deadline: Deadline(.milliseconds(1), from: clock.now)) {
                () async throws(TestFailure) in
                clock.advance(by: .milliseconds(10))
                throw .broken
            }
        }
        #expect(admission.figures.limit == 20)
        #expect(admission.figures.inFlight == 0)
    }

    @Test("what was dropped after more than the objective is a drop, whatever deadline its sender had")
    func tooLong() async {
        let admission = admission(limit: AdaptiveLimit.Settings(objective: .milliseconds(50)))
        for _ in 0..<10 {
            try? await admission.run(.t1, deadline: Deadline(.milliseconds(40), from: clock.now)) {
                () async throws(TestFailure) in
                clock.advance(by: .milliseconds(60))
                throw .broken
            }
        }
        #expect(admission.figures.limit < 20)
    }

    @Test("a place that is given back during a wait is free, and the wait is not taken for slowness")
    func givenBack() async throws {
        let admission = admission(limit: AdaptiveLimit.Settings(objective: .milliseconds(50)))
        for _ in 0..<30 {
            try await admission.run(.t1) { (pass) async throws(TestFailure) in
                clock.advance(by: .milliseconds(5))
                pass.giveBack()
                #expect(admission.figures.inFlight == 0)
                clock.advance(by: .seconds(10))
            }
        }
        #expect(admission.figures.inFlight == 0)
        #expect(admission.figures.limit == 20)
        #expect(abs((admission.figures.longTermSeconds ?? 0) - 0.005) < 1e-9)
    }

    @Test(
        "slow work brings the limit down, unless it waited for something that says nothing about the server",
        arguments: [false, true]
    )
    func excused(isExcused: Bool) async throws {
        let admission = AdmissionGate(
            limit: AdaptiveLimit.Settings(objective: .milliseconds(50)),
            time: clock.time,
            random: { 0.5 },
            isExcused: { _ in isExcused }
        )
        for _ in 0..<30 { try await admission.run(.t1) { clock.advance(by: .milliseconds(100)) } }
        #expect((admission.figures.limit == 20) == isExcused)
    }

    @Test("a probe does not keep T0 out")
    func probe() async throws {
        let admission = admission(limit: AdaptiveLimit.Settings(windowSamples: 1))
        var tasks: [Task<Void, any Error>] = []
        for _ in 0..<16 { tasks.append(Task { try await admission.run(.t0) { await gate.wait() } }) }
        await until { admission.figures.inFlight == 16 }
        // The first window under load is followed by a probe.
        try await admission.run(.t1) { clock.advance(by: .milliseconds(100)) }
        #expect(admission.figures.isProbing)
        #expect(admission.figures.limit == 10)
        await #expect(throws: (any Error).self) { try await admission.run(.t1) {} }
        try await admission.run(.t0) {}
        await gate.open()
        for task in tasks { try await task.value }
    }

    @Test("of many tasks with errors and cancellations no place is lost")
    func crowd() async {
        let admission = AdmissionGate()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let tier = Tier(rawValue: number % 5) ?? .t0
                    let task = Task {
                        try await admission.run(tier) { () async throws(TestFailure) in
                            for _ in 0..<number % 7 { await Task.yield() }
                            if number.isMultiple(of: 3) { throw .broken }
                        }
                    }
                    if number.isMultiple(of: 4) { task.cancel() }
                    _ = await task.result
                }
            }
        }
        let figures = admission.figures
        #expect(figures.inFlight == 0)
        #expect(figures.tiers.values.reduce(0) { $0 + $1.admitted + $1.refused } == 1000)
    }
}
