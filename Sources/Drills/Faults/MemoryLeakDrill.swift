import Foundation

/// Lets replicas allocate memory up to the limit.
struct MemoryLeakDrill: Drill {
    let name = "memory-leak"
    let summary = "replicas that take 40 MiB a second, with a ceiling of 400 MiB"
    // Too long for every run of the tests.
    let isDependable = false

    func run(_ options: DrillOptions) async throws -> DrillReport {
        var needs = DrillCourse.Needs()
        needs.arguments = ["--memory", "400"]
        needs.retries = 0
        return try await DrillCourse.run(name, options, needs) { course in
            let settings = try course.settings(#"{"faults":{"leak":40}}"#)
            let (isDone, words) = try await course.shop.restart(settings: settings, watch: .seconds(1))
            guard isDone else { throw DrillError("the leak was rolled back: \(words)") }
            try await Task.sleep(for: .seconds(options.isShort ? 20 : 90))
            let recoveries = try course.shop.status().recoveries
            course.report.faults = recoveries.count
            course.report.notes += Set(recoveries.map(\.action)).sorted().map { "the supervisor: \($0)" }
            course.report.notes += recoveries.prefix(2).map { "because: \($0.cause)" }
        } judge: { course in
            course.report.check(
                "replicas at the ceiling are replaced",
                "\(course.report.faults) times",
                course.report.faults > 0
            )
            course.report.checkNone("errors seen, without a second attempt", course.report.during?.errors ?? 0)
        }
    }
}
