import Drills
import Foundation
import Simulation

// The clock of one shop of real processes cannot be changed without changing the machine's. In virtual time it can, so this drill
// runs whole simulated shops, as `tradewind simulate` does. It is in this module because only the commands know both drills and
// the simulation.

/// Lets the machine's clock jump, forward and back, together with all other faults of simulated shops.
struct ClockJumpDrill: Drill {
    let name = "clock-jump"
    let summary = "in virtual time: the machine's clock jumps by seconds, hours or a day, forward and back"

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let seeds: UInt64 = options.isShort ? 40 : 500
        let first = 1_000_000 * options.seed
        var report = DrillReport(name, options)
        var orders = 0
        var findings: [SimulationReport] = []
        let shop = { @Sendable (seed: UInt64) in SimulationOptions(seed: seed, clockJumps: true) }
        let width = ProcessInfo.processInfo.activeProcessorCount
        await Simulator.run(first..<first + seeds, width: width, options: shop) { run in
            report.faults += run.tally.clockJumps
            orders += run.tally.orders
            if let violation = run.violation {
                report.broken[violation.rule.rawValue, default: 0] += 1
                findings.append(run)
            }
            return true
        }
        findings.sort { $0.options.seed < $1.options.seed }
        report.notes.append("virtual time: \(seeds) shops from seed \(first), \(orders) orders")
        report.notes += findings.prefix(3).map { "seed \($0.options.seed): \($0.violation?.detail ?? "")" }
        report.check("the clock jumps in every shop", "\(report.faults) times", report.faults >= Int(seeds))
        report.checkNone("invariants broken", report.broken.values.reduce(0, +))
        return report
    }
}

extension DrillList {
    /// All drills, including those in virtual time.
    static let everyone: [any Drill] = all + [ClockJumpDrill()]
}
