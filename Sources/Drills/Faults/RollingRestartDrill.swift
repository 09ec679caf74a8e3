import Foundation

/// Restarts all replicas, again and again, while customers are buying.
struct RollingRestartDrill: Drill {
    let name = "rolling-restart"
    let summary = "tradewind restart, one after the other"

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let seconds = options.isShort ? 10.0 : 60.0
        var needs = DrillCourse.Needs()
        // No second attempts, which would hide failures.
        needs.retries = 0
        return try await DrillCourse.run(name, options, needs) { course in
            let begun = ContinuousClock.now
            while begun.duration(to: .now) < .seconds(seconds) {
                let (isDone, words) = try await course.shop.restart(watch: .seconds(2))
                guard isDone else { throw DrillError("the restart failed: \(words)") }
                course.report.faults += 1
            }
        } judge: { course in
            course.report.checkNone("errors seen, without a second attempt", course.report.during?.errors ?? 0)
            course.report.checkNone("connections refused", course.report.refusedConnections)
        }
    }
}
