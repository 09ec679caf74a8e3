import Foundation
import Simulation
import Testing

@Suite("The simulation")
struct SimulationTests {
    /// How many seeds are run; the nightly run sets `SIMULATION_SEEDS`.
    private static let count = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 40
    /// The first seed, set by `SIMULATION_FROM`.
    private static let first = ProcessInfo.processInfo.environment["SIMULATION_FROM"].flatMap(UInt64.init) ?? 1_000

    @Test("finds shops sound whatever goes wrong")
    func sound() async {
        await expectSound(Self.first..<Self.first + Self.count)
    }

    @Test("finds shops sound whose clock jumps, forward and back")
    func clockJumps() async {
        await Simulator.run(
            Self.first..<Self.first + Self.count,
            width: Self.width,
            options: { SimulationOptions(seed: $0, clockJumps: true) },
            found: { report in
                #expect(report.violation == nil, "\(report)")
                #expect(report.tally.clockJumps > 0, "\(report)")
                return report.violation == nil
            }
        )
    }

    @Test("finds shops sound where it once did not")
    func onceFailing() async throws {
        let file = try #require(Bundle.module.url(forResource: "seeds", withExtension: "txt"))
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let seeds = lines.compactMap { $0.split(separator: " ").first.flatMap { UInt64($0) } }
        #expect(!seeds.isEmpty)
        await expectSound(seeds)
    }

    @Test("has processes die and stall, and calls break, in every run")
    func faults() async {
        await Simulator.run(1...8, width: Self.width) { report in
            let tally = report.tally
            #expect(tally.crashes > 0 && tally.pauses > 0 && tally.brokenCalls > 0, "\(report)")
            #expect(tally.unknownCommits > 0, "\(report)")
            #expect(tally.orders > 0 && tally.commits > 100, "\(report)")
            return true
        }
    }

    @Test("runs the same way for the same seed, and another way for another")
    func repeats() {
        let first = Simulator.run(SimulationOptions(seed: 7))
        #expect(Simulator.run(SimulationOptions(seed: 7)) == first)
        #expect(Simulator.run(SimulationOptions(seed: 8)).fingerprint != first.fingerprint)
    }

    @Test(
        "finds each planted bug within a few seeds, by the rule that it breaks",
        arguments: [
            (PlantedBug.droppedIdempotency, Invariant.once), (.secondAttempt, .oneCharge), (.unfencedRecord, .fencing),
        ]
    )
    func planted(_ bug: PlantedBug, _ rule: Invariant) async throws {
        var found: Violation?
        let options = { @Sendable (seed: UInt64) in SimulationOptions(seed: seed, bug: bug) }
        await Simulator.run(1...20, width: 1, options: options) { report in
            found = report.violation
            return found == nil
        }
        let violation = try #require(found, "\(bug) is not found")
        #expect(violation.rule == rule, "\(violation.detail)")
        #expect(!violation.log.isEmpty)
    }

    private static let width = ProcessInfo.processInfo.activeProcessorCount

    private func expectSound(_ seeds: some Sequence<UInt64> & Sendable) async {
        await Simulator.run(seeds, width: Self.width) { report in
            #expect(report.violation == nil, "\(report)")
            return report.violation == nil
        }
    }
}
