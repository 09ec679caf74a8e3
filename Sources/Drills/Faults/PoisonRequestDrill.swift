import Foundation
import Load
import Resilience

/// Sends a request, again and again, that crashes the replica which handles it.
struct PoisonRequestDrill: Drill {
    let name = "poison-request"
    let summary = "a request that ends the replica which handles it, sent every three seconds"
    // It crashes replicas, and the time of the next start depends on the machine.
    let isDependable = false

    private static let path = "/v1/products/drill-poison"
    private static let pause = 3.0

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let sent = options.isShort ? 6 : 20
        // HAProxy repeats it at once, so the last one may crash another replica too.
        let most = Int(SuspectList.strikes) + (options.frontDoor == .haproxy ? 1 : 0)
        var needs = DrillCourse.Needs()
        needs.settings = ["faults.poison=\(Self.path)"]
        return try await DrillCourse.run(name, options, needs) { course in
            var loops = 0
            var refused = 0
            var deaths = Set<pid_t>()
            let target = try BenchTarget(url: course.shop.url, allowRemote: false)
            for _ in 0..<sent {
                let before = Set(try course.shop.status().serving.map(\.pid))
                // Where it is handled, the connection is closed without an answer.
                let answer = try? BenchExchange(target: target).send("GET", Self.path)
                if answer?.status == 503 { refused += 1 }
                try await Task.sleep(for: .seconds(Self.pause))
                let status = try course.shop.status()
                deaths.formUnion(before.subtracting(status.serving.map(\.pid)))
                if !status.crashLoops.isEmpty { loops += 1 }
            }
            course.report.faults = deaths.count
            course.report.notes.append("a crash loop was said to be after \(loops) of \(sent) requests")
            try await course.shop.untilServing(options.replicas)
            course.report.check("it ends \(most) replicas at most", "\(deaths.count)", deaths.count <= most)
            course.report.check(
                "then it is refused",
                "\(refused) of \(sent)",
                refused >= sent - most && refused + deaths.count >= sent
            )
        } judge: { course in
            let during = course.report.during
            course.report.checkNone("failed purchases of others", during?.failedPurchases ?? 0)
            course.report.checkTime(
                "available in 95 % of the seconds",
                "\(during?.unavailableSeconds ?? 0) s of \(DrillReport.one(during?.seconds ?? 0)) s not",
                Double(during?.unavailableSeconds ?? 0) <= 0.05 * (during?.seconds ?? 0)
            )
        }
    }
}
