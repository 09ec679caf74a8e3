import Foundation

// What one replica can do is here the number of requests that it should have under way (`scaling.in-flight`), and every request is held
// for a known time (`faults.answer-delay`). By Little's law a load of so many requests a second is then so many under way, whatever the
// processors of the machine can do, and the scaling is drilled without them.

/// Lets a load go up to three times of what one replica should do, and back.
struct AutoscaleDrill: Drill {
    let name = "autoscale"
    let summary = "a load that steps from 10 % to 300 % of what one replica should have under way, and back"
    // Longer than what is run with every change.
    let isDependable = false

    private static let target = 64.0
    private static let delay = 1.0
    /// Three times the target is on the border of three replicas: a request more under way, and a fourth one is wanted.
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
        // By chance it would be 192 ± 14, which is another load every second.
        needs.manners.arrivals = .constant
        needs.settings = [
            "scaling.interval=\(Int(times.interval))", "scaling.in-flight=\(Int(Self.target))",
            "scaling.down-window=\(Int(times.window))",
            // Only what is under way counts here, and slow answers are wanted.
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
        // The load is there after the time of a request; a heartbeat and a round of thinking later it is known.
        let slack = 2.0
        let wanted = path.secondsUntilWanted(expected.lowerBound)
        report.recoverSeconds = path.secondsUntilServing(expected.lowerBound)
        let bound = times.interval + delay + slack
        report.checkTime(
            "wanted within \(DrillReport.one(bound)) s of the step",
            "\(DrillReport.seconds(wanted)) s, serving after \(DrillReport.seconds(report.recoverSeconds)) s",
            wanted.map { $0 <= bound } ?? false
        )
        // The last wish for more is at most a round of thinking older, or a request's time younger, than the step down.
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
