import Foundation

/// Kills the payment provider, and restarts it.
struct PaymentOutageDrill: Drill {
    let name = "payment-outage"
    let summary = "kill -9 of the payment sandbox, and the same again later"
    // Too long for every run of the tests.
    let isDependable = false

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let sandbox = try await DrillSandbox(.payments, options)
        var needs = DrillCourse.Needs()
        needs.directory = sandbox.directory
        needs.manners.payment = .card
        needs.manners.patience = .seconds(10)
        needs.settings = sandbox.settings
        let away = DrillSpan()
        return try await DrillCourse.run(name, options, needs) { course in
            away.begin()
            try await sandbox.kill()
            try await Task.sleep(for: .seconds(options.isShort ? 5 : 60))
            try sandbox.startAgain()
            away.end()
            course.report.faults = 1
        } judge: { course in
            let stretch = course.timeline.stretch(from: away.begun, to: away.ended)
            course.report.notes.append(
                "while it was away: \(stretch.purchases) purchases, p99 \(DrillReport.one(stretch.p99)) ms"
            )
            course.report.checkNone("failed purchases", course.report.during?.failedPurchases ?? 0)
        }
    }
}
