import Supervision
import TestSupport
import Testing

@Suite("The failure judge")
struct FailureJudgeTests {
    /// Replicas that send a heartbeat every half second, and a judge that judges every quarter of a second.
    struct Court {
        var judge = FailureJudge()
        var now = 0
        let replicas: [ReplicaID]
        /// The time from which a replica is silent.
        var silentFrom: [ReplicaID: Int] = [:]
        private(set) var convicted: [ReplicaID: Int] = [:]
        /// When a replica was last suspected.
        private(set) var suspected: [ReplicaID: Int] = [:]
        private(set) var outcomes: [FailureJudge.Round.Outcome] = []

        init(_ count: Int) {
            replicas = (1...count).map { ReplicaID($0) }
            for replica in replicas { judge.watch(replica, at: .ms(0)) }
        }

        /// Runs a round of heartbeats and judgement; `slept` is how long the judge was suspended.
        mutating func round(slept: Int = 250, reads: Bool = true) {
            let speaks = (now + slept) / 500 > now / 500
            now += slept
            for replica in replicas where speaks && reads && now < silentFrom[replica, default: .max] {
                let beat = Heartbeat(replica: replica, pid: 1, version: "v", state: .ready, sequence: Int64(now))
                judge.heartbeat(beat, at: .ms(now))
            }
            let round = judge.round(at: .ms(now))
            outcomes.append(round.outcome)
            for (replica, verdict) in round.verdicts where verdict == .suspect { suspected[replica] = now }
            for replica in round.convicted {
                #expect(convicted[replica] == nil, "convicted twice")
                convicted[replica] = now
            }
        }

        mutating func rounds(until end: Int, slept: Int = 250) {
            while now < end { round(slept: slept) }
        }

        mutating func silence(_ numbers: [Int]) {
            for number in numbers { silentFrom[ReplicaID(number)] = now }
        }
    }

    @Test(
        "a minority that falls silent is suspected, then convicted within 2.75 s, and so is a replica without others",
        arguments: [(1, [1]), (2, [2]), (3, [1]), (4, [1, 2]), (8, [1, 3, 5, 7])]
    )
    func minority(_ count: Int, _ dead: [Int]) {
        var court = Court(count)
        court.rounds(until: 60_000)
        court.silence(dead)
        court.rounds(until: 62_750)
        #expect(court.convicted.keys.sorted() == dead.map { ReplicaID($0) })
        for (replica, at) in court.convicted {
            #expect(court.suspected[replica].map { at - 250 >= $0 } == true, "there was no time to drain it")
        }
        #expect(Set(court.suspected.keys) == Set(court.convicted.keys))
    }

    @Test(
        "nobody is convicted while most are silent for 9 s, and all are well again afterwards",
        arguments: [(2, 2), (3, 2), (3, 3), (5, 3), (8, 8)]
    )
    func mass(_ count: Int, _ silent: Int) {
        var court = Court(count)
        court.rounds(until: 60_000)
        court.silence(Array(1...silent))
        court.rounds(until: 69_000)
        #expect(court.convicted.isEmpty)
        #expect(court.outcomes.last == .massSilence(silent))
        court.silentFrom = [:]
        court.rounds(until: 120_000)
        #expect(court.convicted.isEmpty)
        #expect(court.outcomes.last == .judged)
    }

    @Test(
        "all that are truly dead are convicted, however many: within 10 s and a round for each",
        arguments: [(2, 2), (3, 2), (3, 3), (5, 3), (8, 8)]
    )
    func trulyDead(_ count: Int, _ dead: Int) {
        var court = Court(count)
        court.rounds(until: 60_000)
        court.silence(Array(1...dead))
        court.rounds(until: 60_000 + 10_000 + 500 * (dead + 1))
        #expect(court.convicted.count == dead)
        #expect(court.convicted.values.allSatisfy { $0 >= 69_500 })
    }

    @Test(
        "a judge that slept for any time convicts nobody, whether it reads first or judges first",
        arguments: [
            (800, true), (5000, true), (60_000, true), (3_600_000, true), (800, false), (60_000, false),
            (3_600_000, false),
        ]
    )
    func ownPause(_ slept: Int, _ reads: Bool) {
        var court = Court(3)
        court.rounds(until: 60_000)
        court.round(slept: slept, reads: reads)
        #expect(court.outcomes.last == .discarded(pause: .milliseconds(slept - 250)))
        court.rounds(until: court.now + 60_000)
        #expect(court.convicted.isEmpty)
        // It is still as sensitive as before.
        let died = court.now
        court.silence([2])
        court.rounds(until: died + 2750)
        #expect(court.convicted.keys.sorted() == [ReplicaID(2)])
    }

    @Test("a judge that is always late still convicts the dead, and only them", arguments: [1, 3])
    func alwaysLate(_ count: Int) {
        var court = Court(count)
        court.rounds(until: 60_000)
        court.silence([1])
        court.rounds(until: 120_000, slept: 1500)
        #expect(court.convicted.keys.sorted() == [ReplicaID(1)])
    }

    @Test("a conviction is final until the replica is forgotten, though it speaks again")
    func final() {
        var court = Court(3)
        court.rounds(until: 60_000)
        court.silence([3])
        court.rounds(until: 64_000)
        court.silentFrom = [:]
        court.rounds(until: 70_000)
        #expect(court.judge.round(at: .ms(70_500)).verdicts[ReplicaID(3)] == .dead)
        court.judge.forget(ReplicaID(3))
        #expect(court.judge.round(at: .ms(71_000)).verdicts[ReplicaID(3)] == nil)
    }

    @Test(
        "whatever pauses and deaths come, the living are never convicted and the dead always are",
        arguments: 1...40 as ClosedRange<UInt64>
    )
    func storms(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var court = Court(.random(in: 1...6, using: &generator))
        court.rounds(until: 30_000)
        var dead: Set<ReplicaID> = []
        for _ in 0..<400 {
            let isPause = Int.random(in: 0..<8, using: &generator) == 0
            court.round(slept: isPause ? .random(in: 751...20_000, using: &generator) : 250)
            if Int.random(in: 0..<100, using: &generator) == 0,
                let victim = court.replicas.randomElement(using: &generator),
                dead.insert(victim).inserted
            {
                court.silentFrom[victim] = court.now
            }
            #expect(dead.isSuperset(of: court.convicted.keys), "seed \(seed)")
        }
        court.rounds(until: court.now + 30_000)
        #expect(Set(court.convicted.keys) == dead, "seed \(seed)")
    }
}
