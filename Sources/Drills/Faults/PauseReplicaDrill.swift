import Foundation
import Glibc
import Time

/// Stops a replica without ending it: it keeps its connections and does not answer.
struct PauseReplicaDrill: Drill {
    let name = "pause-replica"
    let summary = "SIGSTOP of a replica, and SIGCONT once another has taken its place"

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let pauses = options.isShort ? 1 : 5
        return try await DrillCourse.run(name, options) { course in
            for _ in 0..<pauses {
                let (victim, at) = (try course.busiest(), Timestamp.now)
                kill(victim, SIGSTOP)
                try await course.waitForReplacement(of: victim, since: at)
                try await Task.sleep(for: .seconds(3))
                // A replaced replica must be dead, stopped or not, so that it never writes again.
                let isLeft = kill(victim, SIGCONT) == 0 && !Self.isZombie(victim)
                if isLeft { course.report.notes.append("process \(victim) was there to be continued") }
                course.report.survivors += isLeft ? 1 : 0
                try await Task.sleep(for: .seconds(2))
            }
        } judge: { course in
            course.report.checkDetection(within: 3)
            course.report.checkRecovery(within: 4)
            course.report.checkNone("paused replicas left to go on writing", course.report.survivors)
            let during = course.report.during
            let share = Double(during?.errors ?? 0) / Double(max(1, during?.operations ?? 0))
            course.report.check(
                "errors at most 0.1 %",
                "\(during?.errors ?? 0) of \(during?.operations ?? 0)",
                share <= 0.001
            )
        }
    }

    private static func isZombie(_ pid: pid_t) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        return status.split(separator: ")").last?.hasPrefix(" Z") ?? true
    }
}
