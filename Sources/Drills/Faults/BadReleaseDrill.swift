import Foundation
import Time

/// Rolls out a program that ends as soon as it is started.
struct BadReleaseDrill: Drill {
    let name = "bad-release"
    let summary = "a restart to a program that does not start"

    func run(_ options: DrillOptions) async throws -> DrillReport {
        try await DrillCourse.run(name, options) { course in
            // Any program that ends at once.
            let program = course.shop.directory + "/broken"
            try FileManager.default.copyItem(atPath: "/bin/false", toPath: program)
            try await course.release(program: program)
        } judge: { course in
            course.report.checkTakenBack()
            course.report.checkNone("failed purchases", course.report.during?.failedPurchases ?? 0)
        }
    }
}

/// Rolls out settings with which one request in five fails.
struct FailingReleaseDrill: Drill {
    let name = "failing-release"
    let summary = "a restart to a release that answers a fifth of all requests with 500"
    // Too long for every run of the tests.
    let isDependable = false

    func run(_ options: DrillOptions) async throws -> DrillReport {
        var needs = DrillCourse.Needs()
        // No second attempts, which would hide most failures.
        needs.retries = 0
        return try await DrillCourse.run(name, options, needs) { course in
            let settings = try course.settings(#"{"faults":{"error-percent":20}}"#)
            try await course.release(settings: settings)
        } judge: { course in
            course.report.checkTakenBack()
            let during = course.report.during
            let share = Double(during?.errors ?? 0) / Double(max(1, during?.operations ?? 0))
            course.report.check(
                "at most 5 % of operations touched",
                "\(during?.errors ?? 0) of \(during?.operations ?? 0)",
                share <= 0.05
            )
        }
    }
}

extension DrillCourse {
    /// Rolls out a bad release, and measures the time until the old one serves alone again.
    func release(program: String? = nil, settings: String? = nil) async throws {
        let begun = ContinuousClock.now
        let (isDone, words) = try await shop.restart(program: program, settings: settings, watch: .seconds(20))
        report.faults += 1
        if isDone {
            report.notes.append("the bad release was taken for a good one: \(words)")
            return
        }
        try await shop.untilServing(options.replicas)
        report.recoverSeconds = begun.duration(to: .now).seconds
        report.notes.append(words)
    }

    /// A file with settings.
    func settings(_ json: String) throws -> String {
        let path = shop.directory + "/settings-\(UInt32.random(in: 0...UInt32.max)).json"
        try Data(json.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

extension DrillReport {
    /// Checks that the release was rolled back automatically.
    fileprivate mutating func checkTakenBack() {
        checkTime(
            "rolled back by itself within 60 s",
            "\(Self.seconds(recoverSeconds)) s",
            recoverSeconds.map { $0 <= 60 } ?? false
        )
    }
}
