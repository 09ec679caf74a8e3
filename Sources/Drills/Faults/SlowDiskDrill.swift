import Foundation

/// Makes every sync of the log slower.
struct SlowDiskDrill: Drill {
    let name = "slow-disk"
    let summary = "a tenth of a second more for every sync of the log"
    // Too long for every run of the tests.
    let isDependable = false

    private static let delay = 100.0

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let slow = DrillSpan()
        var needs = DrillCourse.Needs()
        // As many purchases are in flight as arrive during one.
        needs.manners.connections = 2_048
        return try await DrillCourse.run(name, options, needs) { course in
            let settings = try course.settings(#"{"faults":{"sync-delay":100}}"#)
            let (isDone, words) = try await course.shop.restart(settings: settings, watch: .seconds(2))
            guard isDone else { throw DrillError("the slow disk was rolled back: \(words)") }
            // Both releases are stable by then.
            try await Task.sleep(for: .seconds(1))
            slow.begin()
            try await Task.sleep(for: .seconds(options.isShort ? 8 : 60))
            slow.end()
            course.report.faults = 1
        } judge: { course in
            let stretch = course.timeline.stretch(from: slow.begun, to: slow.ended)
            let wanted = "\(stretch.operations - stretch.errors) of \(stretch.operations)"
            course.report.checkTime(
                "throughput holds: 99.9 % of what is wanted is done",
                wanted,
                stretch.errors * 1000 <= stretch.operations
            )
            let measured = "\(DrillReport.one(stretch.p99)) ms"
            course.report.checkTime("p99 at most five times the delay", measured, stretch.p99 <= 5 * Self.delay)
        }
    }
}
