import Foundation
import Glibc

/// Takes the payment provider away.
struct PaymentOutageDrill: Drill {
    let name = "payment-outage"
    let summary = "kill -9 of the payment sandbox, and the same again later"
    // Longer than what is run with every change.
    let isDependable = false

    private static let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let directory = options.scratch + "/tradewind-drill-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let sandbox = { (port: Int) throws -> DrillProcess in
            try DrillProcess(
                [options.program, "sandbox", "payments", "--data", directory + "/sandbox", "--port", String(port)],
                output: directory + "/sandbox-\(UInt32.random(in: 0...UInt32.max)).log"
            )
        }
        let first = try sandbox(0)
        guard let port = try await Self.port(of: first) else { throw DrillError("no sandbox: \(first.text)") }
        var needs = DrillCourse.Needs()
        needs.directory = directory
        needs.manners.payment = .card
        needs.manners.patience = .seconds(10)
        needs.settings = [
            "payments.providers=sandbox", "payments.sandbox.url=http://127.0.0.1:\(port)",
            "payments.sandbox.webhook-secret=\(Self.secret)",
        ]
        let away = DrillSpan()
        return try await DrillCourse.run(self, options, needs) { course in
            away.begin()
            first.signal(SIGKILL)
            _ = try await first.end(within: .seconds(5))
            try await Task.sleep(for: .seconds(options.isShort ? 5 : 60))
            _ = try sandbox(port)
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

    private static func port(of sandbox: DrillProcess) async throws -> Int? {
        for _ in 0..<500 where sandbox.exitStatus == nil {
            let text = sandbox.text
            if let mark = text.range(of: "http://127.0.0.1:"), text[mark.upperBound...].contains("\n") {
                return Int(text[mark.upperBound...].prefix(while: \.isNumber))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }
}
