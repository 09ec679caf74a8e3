import Foundation

/// Sends five times the peak, from customers who repeat refused requests.
struct OverloadDrill: Drill {
    let name = "overload"
    let summary = "five times the peak, from customers who try three times more"
    // The generator takes processor time from the shop, more so the more it sends.
    let isDependable = false

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let seconds = options.isShort ? 15.0 : 60.0
        var needs = DrillCourse.Needs()
        needs.retries = 3
        needs.manners.connections = 2_048
        needs.after = 20
        let span = DrillSpan()
        return try await DrillCourse.run(name, options, needs) { course in
            span.begin()
            course.customers.rate = course.peak * 5
            try await Task.sleep(for: .seconds(seconds))
            course.customers.rate = course.report.rate
            span.end()
            course.report.faults = 1
        } judge: { course in
            // The load is still rising in the first second.
            let goodput = course.timeline.doneBySecond(from: span.begun + 1_000_000_000, to: span.ended)
            let least = goodput.min() ?? 0
            let mean = Double(goodput.reduce(0, +)) / Double(max(1, goodput.count))
            let measured = "least \(least)/s, mean \(Int(mean))/s, of \(Int(course.peak))/s"
            course.report.checkTime(
                "goodput at least 80 % of the peak in every second",
                measured,
                Double(least) >= 0.8 * course.peak
            )
            course.report.notes.append("goodput by second: \(goodput.map(String.init).joined(separator: " "))")
            let calm = course.secondsUntilCalm(after: span.ended)
            course.report.recoverSeconds = calm
            course.report.checkTime(
                "calm again within 10 s",
                "\(DrillReport.seconds(calm)) s",
                calm.map { $0 <= 10 } ?? false
            )
        }
    }
}

extension DrillCourse {
    /// Whole seconds from a moment until, over all of the rest of the drill, every operation succeeds and the 99th percentile is
    /// at most twice the calm one; nil where that never happens.
    func secondsUntilCalm(after moment: Int64) -> Double? {
        let second: Int64 = 1_000_000_000
        let limit = 2 * (report.before?.p99 ?? 0)
        let starts = stride(from: moment, to: ended, by: Int(second))
        let calm = starts.first { start in
            let rest = timeline.stretch(from: start, to: ended)
            return rest.errors == 0 && rest.p99 <= limit
        }
        return calm.map { Double($0 - moment) / Double(second) }
    }
}
