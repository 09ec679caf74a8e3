import Resilience
import TestSupport
import Testing

@Suite("Load shedding by tier")
struct LoadShedderTests {
    @Test(
        "each tier may fill its part of the limit, and T0 has a reserve on top",
        arguments: [
            (100, [115, 100, 95, 85, 70]), (20, [23, 20, 19, 17, 14]), (200, [230, 200, 190, 170, 140]),
            (4, [5, 4, 3, 3, 2]), (1, [2, 1, 1, 1, 1]), (0, [2, 1, 1, 1, 1]),
        ]
    )
    func capacity(_ limit: Int, _ places: [Int]) throws {
        for (tier, places) in zip(Tier.allCases, places) {
            var shedder = LoadShedder()
            #expect(shedder.capacity(for: tier, limit: limit) == places)
            for number in 1...places { #expect(try shedder.enter(tier, limit: limit, random: 0) == number) }
            #expect(throws: LoadShedder.Refusal.self) { try shedder.enter(tier, limit: limit, random: 0) }
            #expect(shedder.inFlight == places)
            #expect(Array(shedder.counters.keys) == [tier])
            #expect(shedder.counters[tier]?.admitted == places)
            #expect(shedder.counters[tier]?.refused == 1)
        }
    }

    @Test("parts are exact at every limit")
    func exact() {
        let shedder = LoadShedder()
        for limit in 2...10_000 {
            for (tier, percent) in [(Tier.t4, 70), (.t3, 85), (.t2, 95), (.t1, 100)] {
                #expect(shedder.capacity(for: tier, limit: limit) == limit * percent / 100)
            }
            #expect(shedder.capacity(for: .t0, limit: limit) == limit + (limit * 15 + 99) / 100)
        }
    }

    @Test("who leaves makes room")
    func leaves() throws {
        var shedder = LoadShedder()
        for _ in 0..<14 { try shedder.enter(.t4, limit: 20, random: 0) }
        #expect(throws: LoadShedder.Refusal.self) { try shedder.enter(.t4, limit: 20, random: 0) }
        shedder.leave(.t4)
        try shedder.enter(.t4, limit: 20, random: 0)
    }

    @Test("T0 has its reserve even when the limit has fallen far below what is in flight")
    func reserve() throws {
        var shedder = LoadShedder()
        for _ in 0..<100 { try shedder.enter(.t1, limit: 100, random: 0) }
        for _ in 0..<3 { try shedder.enter(.t0, limit: 20, random: 0) }
        #expect(throws: LoadShedder.Refusal.self) { try shedder.enter(.t0, limit: 20, random: 0) }
        shedder.leave(.t0)
        try shedder.enter(.t0, limit: 20, random: 0)
        #expect(throws: LoadShedder.Refusal.self) { try shedder.enter(.t1, limit: 20, random: 0) }
    }

    @Test(
        "a refusal says when to come back, from one second to five as drawn",
        arguments: [(0.0, 1000), (0.25, 2000), (0.5, 3000), (0.75, 4000)]
    )
    func retryAfter(_ random: Double, _ milliseconds: Int) throws {
        var shedder = LoadShedder()
        try shedder.enter(.t3, limit: 1, random: 0)
        let refusal = #expect(throws: LoadShedder.Refusal.self) { try shedder.enter(.t3, limit: 1, random: random) }
        #expect(refusal?.tier == .t3)
        #expect(refusal?.retryAfter == .milliseconds(milliseconds))
    }

    @Test(
        "no tier is refused where a lower one would be let in, and in flight is never more than limit and reserve",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var shedder = LoadShedder()
        var inside: [Tier] = []
        let limit = Int.random(in: 1...60, using: &generator)
        for _ in 0..<5000 {
            if Int.random(in: 0..<5, using: &generator) < 2, let index = inside.indices.randomElement(using: &generator)
            {
                shedder.leave(inside.remove(at: index))
                continue
            }
            let isLetIn = Tier.allCases.map { tier in
                var copy = shedder
                return (try? copy.enter(tier, limit: limit, random: 0)) != nil
            }
            // From T4 up to T0: when one tier is admitted, all tiers above it are.
            #expect(isLetIn == isLetIn.sorted { $0 && !$1 }, "seed \(seed)")
            let tier = Tier.allCases.randomElement(using: &generator) ?? .t0
            if (try? shedder.enter(tier, limit: limit, random: 0)) != nil { inside.append(tier) }
            #expect(shedder.inFlight == inside.count, "seed \(seed)")
            #expect(inside.count <= shedder.capacity(for: .t0, limit: limit), "seed \(seed)")
        }
    }
}
