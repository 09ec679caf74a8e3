import Supervision
import TestSupport
import Testing

@Suite("Rolling restarts")
struct RollingRestartTests {
    /// A shop whose replicas follow the plan, one second at a time.
    struct Shop {
        var plan: RollingRestart
        var now = 0
        var replicas: [ReplicaID: (release: String, bornAt: Int, isReady: Bool, requests: Heartbeat.Requests)] = [:]
        /// Whether a release becomes ready.
        var comesUp: [String: Bool] = [:]
        var crashesAfter: [String: Int] = [:]
        /// The share of requests that a release fails, in percent.
        var errorPercent: [String: Int] = [:]
        /// Whether replicas exit when drained.
        var drains = true
        private var generator: SeededGenerator
        private var draining: [ReplicaID: Int] = [:]
        private var next = 1
        private var news: [RollingRestart.Observation] = []
        private(set) var leastServing = Int.max
        private(set) var mostRunning = 0
        private(set) var total = 0
        private(set) var failed = 0
        private(set) var kills: [ReplicaID] = []
        private(set) var spawned: [String] = []
        private(set) var failedAt: Int?

        init(_ count: Int, seed: UInt64 = 1, settings: RollingRestart.Settings = RollingRestart.Settings()) {
            generator = SeededGenerator(seed: seed)
            let old = (1...count).map { ReplicaID($0) }
            plan = RollingRestart(of: old, from: "old", to: "new", settings)
            for replica in old { replicas[replica] = ("old", 0, true, Heartbeat.Requests(total: 1000, errors: 900)) }
            next = count + 1
        }

        var releases: [String] { replicas.values.map(\.release).sorted() }

        mutating func run(seconds: Int) -> RollingRestart.Outcome? {
            for _ in 0..<seconds where plan.outcome == nil { second() }
            return plan.outcome
        }

        mutating func second() {
            now += 1
            for replica in replicas.keys.sorted() { live(replica) }
            serve(100)
            for replica in replicas.keys.sorted() {
                if let state = replicas[replica] { news.append(.counts(replica, state.requests)) }
            }
            let actions = plan.advance(news, at: .s(now))
            news = []
            for action in actions { carryOut(action) }
            if plan.isRollingBack, failedAt == nil { failedAt = now }
            mostRunning = max(mostRunning, replicas.count)
        }

        private mutating func live(_ replica: ReplicaID) {
            guard let state = replicas[replica] else { return }
            if !state.isReady, now - state.bornAt >= 2, comesUp[state.release, default: true] {
                replicas[replica]?.isReady = true
                news.append(.ready(replica))
            }
            let isCrash = crashesAfter[state.release].map { now - state.bornAt >= $0 && state.bornAt > 0 } ?? false
            if isCrash || (drains && draining[replica].map { now - $0 >= 3 } ?? false) { end(replica) }
        }

        /// Distributes requests evenly among the serving replicas.
        private mutating func serve(_ count: Int) {
            let serving = replicas.filter { $0.value.isReady && draining[$0.key] == nil }.keys.sorted()
            leastServing = min(leastServing, serving.count)
            for _ in 0..<count {
                guard let replica = serving.randomElement(using: &generator), let state = replicas[replica] else {
                    return
                }
                let isError = Int.random(in: 0..<100, using: &generator) < errorPercent[state.release, default: 0]
                replicas[replica]?.requests.total += 1
                replicas[replica]?.requests.errors += isError ? 1 : 0
                total += 1
                failed += isError ? 1 : 0
            }
        }

        private mutating func end(_ replica: ReplicaID) {
            replicas[replica] = nil
            news.append(.exited(replica))
        }

        private mutating func carryOut(_ action: RollingRestart.Action) {
            switch action {
            case .spawn(let release):
                spawned.append(release)
                replicas[ReplicaID(next)] = (release, now, false, Heartbeat.Requests())
                news.append(.spawned(ReplicaID(next), release: release))
                next += 1
            case .drain(let replica):
                #expect(replicas[replica] != nil)
                draining[replica] = now
            case .kill(let replica):
                kills.append(replica)
                end(replica)
            case .finish(let outcome): #expect(outcome == plan.outcome)
            }
        }
    }

    @Test(
        "a good release takes over, one by one, with no fewer serving and never two too many",
        arguments: [1, 2, 3, 8]
    )
    func completes(_ count: Int) {
        var shop = Shop(count)
        #expect(shop.run(seconds: 300) == .completed)
        #expect(shop.releases == Array(repeating: "new", count: count))
        #expect(shop.leastServing == count)
        #expect(shop.mostRunning == count + 1)
        #expect(shop.kills.isEmpty)
        #expect(shop.spawned.count == count)
        #expect(shop.plan.advance([], at: .s(1000)).isEmpty)
    }

    @Test("the canary serves for 20 s before anything old goes")
    func canary() {
        var shop = Shop(3)
        _ = shop.run(seconds: 23)
        #expect(shop.releases == ["new", "old", "old", "old"])
        #expect(shop.leastServing == 3)
    }

    @Test(
        "a release that fails a fifth of its requests is rolled back, and hardly a request is touched",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func errors(_ seed: UInt64) throws {
        var shop = Shop(4, seed: seed)
        shop.errorPercent = ["new": 20]
        guard case .rolledBack(.errors(let evidence)) = shop.run(seconds: 300) else {
            return #expect(Bool(false), "seed \(seed)")
        }
        #expect(evidence.pValue < 0.01)
        #expect(shop.releases == Array(repeating: "old", count: 4))
        #expect(shop.now <= 60, "seed \(seed)")
        #expect(shop.leastServing >= 4)
        #expect(Double(shop.failed) / Double(shop.total) < 0.03, "seed \(seed): \(shop.failed) of \(shop.total)")
    }

    @Test(
        "a release that is no worse than the old one is taken, though both fail",
        arguments: 1...5 as ClosedRange<UInt64>
    )
    func equallyBad(_ seed: UInt64) {
        var shop = Shop(3, seed: seed)
        shop.errorPercent = ["new": 5, "old": 5]
        #expect(shop.run(seconds: 300) == .completed, "seed \(seed)")
    }

    @Test("a release that never gets ready is rolled back, and is killed if it does not drain")
    func neverReady() {
        var shop = Shop(3)
        shop.comesUp = ["new": false]
        shop.drains = false
        #expect(shop.run(seconds: 300) == .rolledBack(.neverReady(ReplicaID(4))))
        #expect(shop.releases == ["old", "old", "old"])
        #expect(shop.kills == [ReplicaID(4)])
        #expect(shop.leastServing == 3)
        #expect(shop.now <= 22 + 60)
    }

    @Test("a release that crashes at once is rolled back at once")
    func crashes() {
        var shop = Shop(3)
        shop.crashesAfter = ["new": 1]
        #expect(shop.run(seconds: 300) == .rolledBack(.crashed(ReplicaID(4))))
        #expect(shop.now <= 5)
        #expect(shop.releases == ["old", "old", "old"])
    }

    @Test("a release that goes bad half-way is rolled back within 60 s: old ones serve before new ones go")
    func halfway() throws {
        var shop = Shop(4)
        while shop.releases.filter({ $0 == "new" }).count < 3 { shop.second() }
        shop.errorPercent = ["new": 50]
        guard case .rolledBack(.errors) = shop.run(seconds: 300) else { return #expect(Bool(false)) }
        let failedAt = try #require(shop.failedAt)
        #expect(shop.now - failedAt <= 60)
        #expect(shop.releases == Array(repeating: "old", count: 4))
        #expect(shop.leastServing >= 3)
    }

    @Test("if the old release does not come up either, what serves is left alone, and starts are bounded")
    func stuck() {
        var shop = Shop(3)
        while shop.releases != ["new", "new", "new", "old"] { shop.second() }
        #expect(shop.plan.outcome == nil)
        shop.crashesAfter = ["old": 1]
        shop.errorPercent = ["new": 90]
        guard case .stuck(.errors) = shop.run(seconds: 300) else { return #expect(Bool(false)) }
        #expect(shop.leastServing >= 2)
        #expect(shop.releases.contains("new"))
        #expect(shop.spawned.filter { $0 == "old" }.count <= 9)
    }

    @Test("a start that fails is a failure; an old replica that ends by itself is not")
    func observations() {
        var failed = RollingRestart(of: [ReplicaID(1)], from: "old", to: "new")
        #expect(failed.advance([], at: .s(0)) == [.spawn(release: "new")])
        let end = failed.advance([.spawnFailed(release: "new")], at: .s(1))
        #expect(end == [.finish(.rolledBack(.spawnFailed))])

        var going = RollingRestart(of: [ReplicaID(1), ReplicaID(2)], from: "old", to: "new")
        _ = going.advance([], at: .s(0))
        #expect(going.advance([.exited(ReplicaID(1))], at: .s(1)).isEmpty)
        #expect(!going.isRollingBack)
    }

    @Test(
        "whatever the release does, it ends, and the shop is never without a replica",
        arguments: 1...60 as ClosedRange<UInt64>
    )
    func anything(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...6, using: &generator)
        var shop = Shop(count, seed: seed)
        shop.comesUp = ["new": Int.random(in: 0..<5, using: &generator) > 0]
        shop.crashesAfter = Bool.random(using: &generator) ? ["new": .random(in: 1...60, using: &generator)] : [:]
        shop.errorPercent = ["new": [0, 0, 1, 10, 100].randomElement(using: &generator) ?? 0]
        shop.drains = Bool.random(using: &generator)
        let outcome = shop.run(seconds: 1000)
        #expect(outcome != nil, "seed \(seed)")
        if outcome == .completed {
            #expect(shop.releases == Array(repeating: "new", count: count), "seed \(seed)")
        } else {
            #expect(shop.releases == Array(repeating: "old", count: count), "seed \(seed)")
        }
    }
}
