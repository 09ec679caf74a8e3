import Foundation
import Glibc

// A supervisor kills a hanging replica long before its claims lapse. To leave one that writes later, the supervisor is killed
// first: replicas outlive it.

/// Stops a replica with claimed payments for longer than its claims are valid, and lets it continue.
struct LeasePauseDrill: Drill {
    let name = "lease-pause"
    let summary =
        "SIGSTOP of a replica in the middle of card payments, beyond its claims, and SIGCONT, with no supervisor"
    // A claim on a payment is valid for half a minute.
    let isDependable = false

    /// A claim lasts for a call's time (8 s) and 20 s more; the rest is for workers that look for lapsed claims.
    private static let pause = 35.0
    /// The log message of a replica whose result comes too late.
    private static let lapsed = "another worker has it"

    func run(_ options: DrillOptions) async throws -> DrillReport {
        // Every call to the provider takes a second, so that some are in progress whenever a replica is stopped.
        let sandbox = try await DrillSandbox(.payments, options, faults: ["latency=1:fixed:1000"])
        var needs = DrillCourse.Needs()
        needs.directory = sandbox.directory
        needs.manners.payment = .card
        needs.manners.patience = .seconds(10)
        needs.manners.connections = 256
        needs.rate = 20
        needs.settings = sandbox.settings
        var fenced = 0
        var twice = -1
        return try await DrillCourse.run(name, options, needs) { course in
            let victim = try course.busiest()
            course.shop.supervisor.signal(SIGKILL)
            _ = try await course.shop.supervisor.end(within: .seconds(5))
            kill(victim, SIGSTOP)
            try await Task.sleep(for: .seconds(Self.pause))
            let before = Self.refusals(in: course.shop)
            guard kill(victim, SIGCONT) == 0 else {
                throw DrillError("process \(victim) was not there to be continued")
            }
            course.report.faults = 1
            // Its calls in progress end now, and their results are refused.
            try await Task.sleep(for: .seconds(10))
            fenced = Self.refusals(in: course.shop) - before
            twice = try sandbox.chargedTwice()
        } judge: { course in
            course.report.check("what the paused one brings is refused", "\(fenced) results fenced off", fenced > 0)
            course.report.checkNone("payments charged twice, as the provider says", twice)
        }
    }

    /// The number of such log messages.
    private static func refusals(in shop: DrillShop) -> Int {
        shop.log.components(separatedBy: lapsed).count - 1
    }
}
