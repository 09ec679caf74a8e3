import Foundation
import Glibc
import Time

/// Kills the supervisor; its replicas continue to serve, and the next supervisor adopts them.
struct KillSupervisorDrill: Drill {
    let name = "kill-supervisor"
    let summary = "kill -9 of the supervisor, and another one a little later"

    func run(_ options: DrillOptions) async throws -> DrillReport {
        try await DrillCourse.run(name, options) { course in
            let before = Set(try course.shop.status().serving.map(\.pid))
            let at = Timestamp.now
            course.shop.supervisor.signal(SIGKILL)
            _ = try await course.shop.supervisor.end(within: .seconds(5))
            try await Task.sleep(for: .seconds(2))
            let began = ContinuousClock.now
            let next = try course.shop.superviseAgain()
            while try !course.shop.status().supervisor.isAlive {
                guard began.duration(to: .now) < .seconds(20), next.exitStatus == nil else {
                    throw DrillError("no supervisor took over: \(next.text.suffix(2000))")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            course.report.faults = 1
            course.report.recoverSeconds = began.duration(to: .now).seconds
            let adopted = before.intersection(try course.shop.status().serving.map(\.pid)).count
            course.report.check("every replica is adopted", "\(adopted) of \(before.count)", adopted == before.count)
            course.report.notes.append(
                "nobody supervised for 2 s on purpose; recovery is timed from the start of the next one"
            )
            // The new supervisor must also do its work.
            let victim = try course.victim()
            kill(victim, SIGKILL)
            try await course.shop.untilServing(options.replicas, besides: [victim])
            course.report.notes.append(
                "a replica killed afterwards was replaced, \(at.milliseconds(to: .now) / 1000) s on"
            )
        } judge: { course in
            course.report.checkNone("connections refused", course.report.refusedConnections)
            course.report.checkNone("failed purchases", course.report.during?.failedPurchases ?? 0)
        }
    }
}
