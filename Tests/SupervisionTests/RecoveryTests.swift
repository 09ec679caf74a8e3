import Supervision
import TestSupport
import Testing

@Suite("Recovery policies and their engine")
struct RecoveryTests {
    static func replica(_ number: Int, _ fill: (inout RecoveryObservation) -> Void) -> RecoveryObservation {
        var observation = RecoveryObservation(.replica(ReplicaID(number)))
        fill(&observation)
        return observation
    }

    static func full(_ watch: ResourceWatch.Settings, _ percent: Int64) -> ResourceWatch.Assessment? {
        var watch = ResourceWatch(watch)
        return watch.read(Heartbeat.Usage(used: percent, limit: 100), at: .s(0))
    }

    struct Case: Sendable {
        var fires: [String]
        var fill: @Sendable (inout RecoveryObservation) -> Void
    }

    static let cases: [Case] = [
        Case(fires: []) { _ in },
        Case(fires: ["replica-dead"]) { $0.verdict = .dead },
        Case(fires: ["replica-suspect"]) { $0.verdict = .suspect },
        Case(fires: []) { $0.verdict = .alive },
        Case(fires: ["event-loop-stuck"]) { $0.eventLoopLag = .seconds(2) },
        Case(fires: []) { $0.eventLoopLag = .milliseconds(1999) },
        Case(fires: ["ledger-unreachable"]) { ($0.canaryAge, $0.staleCanaryShare) = (.seconds(10), 0.5) },
        // A problem that all replicas share is not one replica's fault.
        Case(fires: []) { ($0.canaryAge, $0.staleCanaryShare) = (.seconds(10), 0.51) },
        Case(fires: []) { $0.canaryAge = .seconds(60) },
        Case(fires: ["errors-unlike-peers"]) {
            $0.requests = Heartbeat.Requests(total: 20, errors: 10)
            $0.peerRequests = Heartbeat.Requests(total: 100, errors: 4)
        },
        Case(fires: []) {
            $0.requests = Heartbeat.Requests(total: 20, errors: 10)
            $0.peerRequests = Heartbeat.Requests(total: 100, errors: 5)
        },
        Case(fires: ["memory-exhausted"]) { $0.memory = full(.memory, 85) },
        Case(fires: ["memory-tight"]) { $0.memory = full(.memory, 80) },
        Case(fires: []) { $0.memory = full(.memory, 79) },
        Case(fires: ["descriptors-exhausted"]) { $0.descriptors = full(.descriptors, 90) },
        Case(fires: ["disk-filling"]) { $0.disk = full(.disk, 90) },
        Case(fires: ["disk-almost-full", "disk-filling"]) { $0.disk = full(.disk, 95) },
        Case(fires: ["disk-full", "disk-almost-full", "disk-filling"]) { $0.disk = full(.disk, 97) },
        Case(fires: []) { $0.disk = full(.disk, 89) },
        // The share that is too little on a small disk leaves enough on a large one.
        Case(fires: ["disk-almost-full", "disk-filling"]) { ($0.disk, $0.diskFree) = (full(.disk, 97), (1 << 30) - 1) },
        Case(fires: ["disk-filling"]) { ($0.disk, $0.diskFree) = (full(.disk, 97), 1 << 30) },
        Case(fires: ["archive-late"]) { $0.archive = archive { $0.lateness = .milliseconds(10_001) } },
        Case(fires: ["archive-place-late"]) {
            $0.archive = archive { ($0.lateness, $0.placeLateness) = (.seconds(10), .milliseconds(10_001)) }
        },
        Case(fires: ["archive-late"]) {
            $0.archive = archive { ($0.lateness, $0.placeLateness) = (.milliseconds(10_001), .seconds(60)) }
        },
        Case(fires: ["archive-unverified"]) { $0.archive = archive { $0.verifiedAge = .seconds(172_801) } },
        Case(fires: ["archive-unverified"]) { $0.archive = archive { $0.isDamaged = true } },
        Case(fires: []) {
            $0.archive = archive {
                ($0.lateness, $0.placeLateness, $0.verifiedAge) = (.seconds(10), .seconds(10), .seconds(172_800))
            }
        },
        Case(fires: ["processors-contended"]) { $0.cpuPressure = 40.1 },
        Case(fires: ["disk-contended"]) { $0.ioPressure = 30.1 },
        Case(fires: ["memory-contended"]) { $0.memoryPressure = 10.1 },
        Case(fires: []) { ($0.cpuPressure, $0.ioPressure, $0.memoryPressure) = (40, 30, 10) },
        // A shed request is no fault.
        Case(fires: []) {
            $0.requests = Heartbeat.Requests(total: 20, errors: 20, shed: 11)
            $0.peerRequests = Heartbeat.Requests(total: 100)
        },
        Case(fires: ["component-failing"]) { ($0.componentFailures, $0.componentsFailing) = (10, 1) },
        Case(fires: []) { ($0.componentFailures, $0.componentsFailing) = (9, 0) },
        // A problem of several components is not the fault of one.
        Case(fires: []) { ($0.componentFailures, $0.componentsFailing) = (60, 2) },
        Case(fires: ["replicas-unlike-wanted"]) { $0.replicas = (2, 3) },
        Case(fires: []) { $0.replicas = (3, 3) },
    ]

    private static func archive(_ change: (inout ArchiveStanding) -> Void) -> ArchiveStanding {
        var standing = ArchiveStanding(
            lateness: .zero,
            placeLateness: .zero,
            latenessMax: .seconds(10),
            verifiedAge: .zero,
            verifiedAgeMax: .seconds(172_800),
            isDamaged: false
        )
        change(&standing)
        return standing
    }

    @Test(
        "each policy applies from its threshold on and not before, and to nothing that is not known",
        arguments: cases
    )
    func table(_ test: Case) {
        let observation = Self.replica(1, test.fill)
        #expect(RecoveryPolicy.all.filter { $0.applies(to: observation) }.map(\.name) == test.fires)
    }

    @Test("every policy is shown to apply, and its name and words are there")
    func complete() {
        #expect(Set(Self.cases.flatMap(\.fires)) == Set(RecoveryPolicy.all.map(\.name)))
        #expect(RecoveryPolicy.all.allSatisfy { !$0.condition.isEmpty })
        #expect(Set(RecoveryPolicy.all.map(\.action)) == Set(RecoveryPolicy.Action.allCases))
    }

    @Test("a disk that will be full within ten minutes is told of long before it is, with the time that is left")
    func filling() throws {
        var (watch, engine) = (ResourceWatch(.disk), RecoveryEngine(RecoveryPolicy.all.filter { $0.action == .warn }))
        var fired: [RecoveryFiring] = []
        for second in 0...70 {
            var seen = RecoveryObservation(.machine)
            // Grows by a thousandth each second, starting at a half.
            let used = Heartbeat.Usage(used: Int64(500 + second), limit: 1000)
            seen.disk = watch.read(used, at: .s(second))
            fired += engine.consider([seen], at: .s(second))
        }
        let firing = try #require(fired.first)
        #expect(fired.count == 1)
        #expect(firing.policy == "disk-filling")
        #expect(firing.cause.hasPrefix("disk 56 % used, full in 4"), "\(firing.cause)")
    }

    @Test("what was answered within half a minute is the difference of totals, and what is older is forgotten")
    func recentRequests() {
        var recent = RecentTotals<Heartbeat.Requests>(over: .seconds(30))
        #expect(recent.requests == Heartbeat.Requests())
        for second in 0...60 {
            let total = Int64(second * 10)
            recent.add(Heartbeat.Requests(total: total, errors: total / 2, shed: total / 5), at: .s(second))
        }
        #expect(recent.requests == Heartbeat.Requests(total: 300, errors: 150, shed: 60))
        #expect(recent.requests.faults == 90)
    }

    @Test("a repair is under way until it is finished, then its policy rests, and the record tells all")
    func life() throws {
        var engine = RecoveryEngine()
        let stuck = [Self.replica(1) { $0.eventLoopLag = .seconds(3) }]
        let begun = engine.consider(stuck, at: .s(0))
        let firing = try #require(begun.first)
        #expect(firing.policy == "event-loop-stuck")
        #expect(firing.action == .recycle)
        #expect(firing.cause == "event loop 3.0 seconds late")
        #expect(engine.consider(stuck, at: .s(1)).isEmpty)
        let record = engine.finish(firing.number, .succeeded, at: .s(5))
        #expect(record?.end == RecoveryFiring.End(result: .succeeded, after: .seconds(5)))
        #expect(engine.finish(firing.number, .succeeded, at: .s(5)) == nil)
        #expect(engine.consider(stuck, at: .s(34)).isEmpty)
        #expect(engine.consider(stuck, at: .s(35)).map(\.number) == [2])
    }

    @Test("no more replicas are recycled in a minute than the policy's rate, and what is held back is counted")
    func rate() {
        var engine = RecoveryEngine()
        let stuck = (1...8).map { Self.replica($0) { $0.eventLoopLag = .seconds(3) } }
        #expect(engine.consider(stuck, at: .s(0)).count == 2)
        #expect(engine.suppressed == ["event-loop-stuck": 6])
        #expect(engine.consider(stuck, at: .s(59)).isEmpty)
        #expect(engine.consider(stuck, at: .s(60)).count == 2)
    }

    @Test("of what takes a replica out of service only the first is done, but a dead one is restarted all the same")
    func precedence() {
        var engine = RecoveryEngine()
        func seen(_ verdict: PhiAccrualDetector.Verdict) -> [RecoveryObservation] {
            [
                Self.replica(1) {
                    $0.verdict = verdict
                    $0.eventLoopLag = .seconds(3)
                    $0.memory = Self.full(.memory, 99)
                }
            ]
        }
        #expect(engine.consider(seen(.suspect), at: .s(0)).map(\.policy) == ["event-loop-stuck"])
        #expect(engine.consider(seen(.dead), at: .s(1)).map(\.policy) == ["replica-dead"])
        #expect(engine.consider(seen(.dead), at: .s(2)).isEmpty)
    }

    @Test("a repair of which nothing is heard is given up after two minutes, and blocks nothing any more")
    func abandoned() {
        var engine = RecoveryEngine()
        let dead = [Self.replica(1) { $0.verdict = .dead }]
        #expect(engine.consider(dead, at: .s(0)).count == 1)
        #expect(engine.abandonOverdue(at: .s(119)).isEmpty)
        #expect(engine.abandonOverdue(at: .s(120)).map(\.end?.result) == [.abandoned])
        #expect(engine.consider(dead, at: .s(120)).count == 1)
    }

    @Test(
        "in a storm no policy exceeds its rate, and no subject has two disruptive repairs",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func storm(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var engine = RecoveryEngine()
        var times: [String: [Int]] = [:]
        for second in 0..<600 {
            let seen = (1...6).map { number in
                Self.replica(number) {
                    $0.verdict = Int.random(in: 0..<20, using: &generator) == 0 ? .suspect : .alive
                    $0.eventLoopLag = .seconds(Int.random(in: 0...2, using: &generator))
                    $0.memory = Self.full(.memory, .random(in: 60...100, using: &generator))
                    $0.cpuPressure = .random(in: 0...60, using: &generator)
                }
            }
            for firing in engine.consider(seen, at: .s(second)) { times[firing.policy, default: []].append(second) }
            let disruptive = engine.underWay.filter { $0.action.isDisruptive }
            #expect(Set(disruptive.map(\.subject)).count == disruptive.count, "seed \(seed)")
            for firing in engine.underWay where Bool.random(using: &generator) {
                _ = engine.finish(firing.number, .failed("no"), at: .s(second))
            }
        }
        for policy in RecoveryPolicy.all {
            let fired = times[policy.name, default: []]
            for (index, second) in fired.enumerated() where index >= policy.limit.count {
                let before = Duration.seconds(second - fired[index - policy.limit.count])
                #expect(before >= policy.limit.period, "\(policy.name), seed \(seed)")
            }
        }
        #expect(times.count >= 4, "seed \(seed)")
    }
}
