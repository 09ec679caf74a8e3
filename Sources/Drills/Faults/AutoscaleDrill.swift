import Foundation

// A replica's capacity is defined here by its requests in progress (`scaling.in-flight`), and every request is held for a known
// time (`faults.answer-delay`). By Little's law a rate of requests then gives a number in progress, independent of the machine's
// processors.

/// Raises the load to three times of one replica's target, and lowers it again.
struct AutoscaleDrill: Drill {
    let name = "autoscale"
    let summary = "a load that steps from 10 % to 300 % of what one replica should have under way, and back"
    // Too long for every run of the tests.
    let isDependable = false

    private static let target = 64.0
    private static let delay = 1.0
    /// Three times the target is on the border of three replicas: with one more request in progress, a fourth replica is wanted.
    private static let expected = 3...4

    /// The times of a form, in seconds.
    private struct Times {
        let interval: Double
        let window: Double
        let calm: Double
        let high: Double
    }

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let times =
            options.isShort
            ? Times(interval: 1, window: 5, calm: 3, high: 12) : Times(interval: 5, window: 60, calm: 30, high: 120)
        var needs = DrillCourse.Needs()
        needs.fleet = 1...6
        needs.rate = 0.1 * Self.target / Self.delay
        needs.manners.connections = 512
        // Random arrivals would give 192 ± 14 a second, which varies the load itself.
        needs.manners.arrivals = .constant
        needs.settings = [
            "scaling.interval=\(Int(times.interval))", "scaling.in-flight=\(Int(Self.target))",
            "scaling.down-window=\(Int(times.window))",
            // Only requests in progress must count here, and slow answers are intended.
            "scaling.cpu=10000", "http.objective=60000",
        ]
        let path = ScalingPath()
        return try await DrillCourse.run(name, options, needs) { course in
            let settings = try course.settings(#"{"faults":{"answer-delay":\#(Int(Self.delay * 1000))}}"#)
            let (isDone, words) = try await course.shop.restart(settings: settings, watch: .seconds(1))
            guard isDone else { throw DrillError("the delay was rolled back: \(words)") }
            try await path.follow(course.shop, for: times.calm)
            course.customers.rate = 3 * Self.target / Self.delay
            path.stepUp()
            try await path.follow(course.shop, for: times.high)
            course.customers.rate = course.report.rate
            path.stepDown()
            try await path.follow(course.shop, for: times.window + 4 * times.interval + 2 * Self.delay + 2)
            course.report.faults = 1
        } judge: { course in
            Self.judge(path, times, &course.report)
        }
    }

    private static func judge(_ path: ScalingPath, _ times: Times, _ report: inout DrillReport) {
        report.notes += path.words
        report.check("1 replica is wanted at 10 %", "\(path.mostBefore)", path.mostBefore == 1)
        report.check(
            "\(expected.lowerBound) to \(expected.upperBound) are wanted at 300 %",
            "\(path.most)",
            expected.contains(path.most)
        )
        report.check("1 replica is wanted in the end", "\(path.last)", path.last == 1)
        report.check(
            "no flapping: the number goes up once and down once",
            "\(path.directions.joined(separator: ", "))",
            path.directions == ["up", "down"]
        )
        // The load is complete after the duration of a request, and known after a heartbeat and a scaling interval.
        let slack = 2.0
        let wanted = path.secondsUntilWanted(expected.lowerBound)
        report.recoverSeconds = path.secondsUntilServing(expected.lowerBound)
        let bound = times.interval + delay + slack
        report.checkTime(
            "wanted within \(DrillReport.one(bound)) s of the step",
            "\(DrillReport.seconds(wanted)) s, serving after \(DrillReport.seconds(report.recoverSeconds)) s",
            wanted.map { $0 <= bound } ?? false
        )
        // The last recommendation for more replicas may be a scaling interval older, or a request's duration younger, than the
        // step down.
        let down = path.secondsUntilOne()
        let range = (times.window - times.interval)...(times.window + 2 * times.interval + delay + slack)
        report.checkTime(
            "one again is wanted \(DrillReport.one(range.lowerBound)) to \(DrillReport.one(range.upperBound)) s after the step back",
            "\(DrillReport.seconds(down)) s",
            down.map(range.contains) ?? false
        )
        report.checkNone("failed purchases", report.during?.failedPurchases ?? 0)
    }
}
