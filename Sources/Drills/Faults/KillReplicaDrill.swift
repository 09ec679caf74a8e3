import Foundation
import Glibc
import Time

/// Kills a replica again and again, without warning.
struct KillReplicaDrill: Drill {
    let name = "kill-replica"
    let summary = "kill -9 of a replica, by chance, every three seconds"

    private static let pause = 3.0

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let kills = options.isShort ? 4 : 20
        return try await DrillCourse.run(name, options) { course in
            for _ in 0..<kills {
                let begun = ContinuousClock.now
                let (victim, at) = (try course.victim(), Timestamp.now)
                kill(victim, SIGKILL)
                try await course.waitForReplacement(of: victim, since: at)
                try await Task.sleep(until: begun + .seconds(Self.pause), clock: .continuous)
            }
        } judge: { course in
            let during = course.report.during
            switch options.frontDoor {
            case .socket: course.report.checkNone("failed purchases", during?.failedPurchases ?? 0)
            case .haproxy: course.report.checkNone("errors seen", during?.errors ?? 0)
            }
            course.report.checkRecovery(within: 1)
            course.report.checkTail(times: 3)
        }
    }
}
